"""DuckDB: files on the worker's machine, opened for reading only, or an empty database in memory."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from app.datasources.connectors.base import Check, ConnectionField, Limits, Statement
from app.datasources.connectors.catalog import Details, Relation
from app.datasources.connectors.duckdb import catalog
from app.datasources.connectors.duckdb.check import check
from app.datasources.connectors.duckdb.execute import DuckDBExecution
from app.datasources.connectors.duckdb.explain import DuckDBExplanation
from app.datasources.connectors.duckdb.fields import FIELDS


class DuckDBConnector:
    """Implements Connector. Needs the extra `duckdb`."""

    kind: ClassVar[str] = "duckdb"
    label: ClassVar[str] = "DuckDB"
    fields: ClassVar[tuple[ConnectionField, ...]] = FIELDS

    def __init__(self, connection: Mapping[str, str]) -> None:
        self._connection = dict(connection)

    def check(self) -> Check:
        return check(self._connection)

    def execute(
        self, statement: Statement, limits: Limits, aside: Statement | None = None
    ) -> DuckDBExecution:
        return DuckDBExecution(self._connection, statement, limits, aside)

    def explain(self, statement: Statement, limits: Limits, *, analyze: bool) -> DuckDBExplanation:
        return DuckDBExplanation(self._connection, statement, limits, analyze=analyze)

    def relations(self, timeout_s: float) -> Iterator[Relation]:
        return catalog.relations(self._connection, timeout_s)

    def details(self, schema: str, name: str, timeout_s: float) -> Details:
        return catalog.details(self._connection, schema, name, timeout_s)

    def close(self) -> None:
        """Nothing is kept between runs."""
