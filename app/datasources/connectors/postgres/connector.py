"""Postgres, and whatever speaks its protocol and its catalogs."""

from collections.abc import Mapping
from contextlib import suppress
from typing import ClassVar

from app.datasources.connectors.base import (
    Check,
    ConnectionField,
    ConnectorError,
    FailureReason,
    Limits,
    Statement,
)
from app.datasources.connectors.postgres.check import check
from app.datasources.connectors.postgres.execute import PostgresExecution
from app.datasources.connectors.postgres.fields import FIELDS, BadFields, allows_superuser, conninfo
from app.datasources.connectors.postgres.warm import warm


class PostgresConnector:
    """Implements Connector. Beside its fields it reads `allow_superuser` (`true`), an admin's to set."""

    kind: ClassVar[str] = "postgres"
    label: ClassVar[str] = "PostgreSQL"
    fields: ClassVar[tuple[ConnectionField, ...]] = FIELDS

    def __init__(self, connection: Mapping[str, str]) -> None:
        self._connection = dict(connection)

    def check(self) -> Check:
        return check(self._connection)

    def execute(
        self, statement: Statement, limits: Limits, aside: Statement | None = None
    ) -> PostgresExecution:
        try:
            info = conninfo(self._connection)
        except BadFields as bad:
            raise ConnectorError(FailureReason.UNREACHABLE, str(bad)) from None
        superuser = allows_superuser(self._connection)
        return PostgresExecution(info, statement, limits, aside, allow_superuser=superuser)

    def close(self) -> None:
        with suppress(BadFields):
            warm.drop(conninfo(self._connection))
