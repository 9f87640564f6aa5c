"""Postgres, and whatever speaks its protocol and its catalogs."""

from collections.abc import Iterator, Mapping
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
from app.datasources.connectors.catalog import Details, Relation
from app.datasources.connectors.postgres import catalog, strays
from app.datasources.connectors.postgres.check import check
from app.datasources.connectors.postgres.execute import PostgresExecution
from app.datasources.connectors.postgres.explain import PostgresExplanation
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
        superuser = allows_superuser(self._connection)
        return PostgresExecution(self._conninfo(), statement, limits, aside, allow_superuser=superuser)

    def explain(self, statement: Statement, limits: Limits, *, analyze: bool) -> PostgresExplanation:
        superuser = allows_superuser(self._connection)
        return PostgresExplanation(
            self._conninfo(), statement, limits, analyze=analyze, allow_superuser=superuser
        )

    def relations(self, timeout_s: float) -> Iterator[Relation]:
        superuser = allows_superuser(self._connection)
        return catalog.relations(self._conninfo(), timeout_s, allow_superuser=superuser)

    def details(self, schema: str, name: str, timeout_s: float) -> Details:
        superuser = allows_superuser(self._connection)
        return catalog.details(self._conninfo(), schema, name, timeout_s, allow_superuser=superuser)

    def stop(self, comment: str) -> int:
        return strays.stop(self._conninfo(), comment)

    def close(self) -> None:
        with suppress(BadFields):
            warm.drop(conninfo(self._connection))

    def _conninfo(self) -> str:
        try:
            return conninfo(self._connection)
        except BadFields as bad:
            raise ConnectorError(FailureReason.UNREACHABLE, str(bad)) from None
