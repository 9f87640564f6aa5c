"""Answers questions out of Parquet files, by DuckDB in this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, TableClause, cast, column, func, literal, table

from app.core.native import natively
from app.reporting.backend import Explained
from app.reporting.check import Question
from app.reporting.columns import columns_of, typed
from app.reporting.compile import compile_question
from app.reporting.explained import LONGEST_MS, TooSlow, explained
from app.reporting.parquet.files import Place, schema_of
from app.reporting.result import ReportResult
from app.reporting.scope import Scope
from app.reporting.words import Bucket

A_DAY = timedelta(days=1)


class ParquetBackend:
    """Opens the files of the scope's organisation alone, and of them those of the days that are asked for."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def query(self, scope: Scope, question: Question) -> ReportResult:
        """Raises TooSlow."""
        columns = columns_of(question)
        compiled = self.explain(scope, question)
        found: list[Any] = natively(lambda: self._run(scope, question, compiled))
        return ReportResult(columns, typed(columns, found))

    def explain(self, scope: Scope, question: Question) -> Explained:
        return explained("duckdb", _statement(scope, question))

    def _run(self, scope: Scope, question: Question, compiled: Explained) -> list[Any]:
        import duckdb

        schema = schema_of(question.dataset)
        paths = self._paths(scope, question)
        facts = self._place.together(paths, schema) if paths else schema.empty_table()
        with duckdb.connect(":memory:", config={"threads": 2}) as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.register("facts", facts)
            with _stopped_in_time(connection):
                try:
                    found = connection.sql(compiled.statement, params=list(compiled.values)).to_arrow_table()
                except duckdb.InterruptException as error:
                    raise TooSlow(LONGEST_MS) from error
        # By Arrow: as rows of Python, times with an offset take a library that nothing else needs.
        return list(zip(*(column.to_pylist() for column in found.columns), strict=True))

    def _paths(self, scope: Scope, question: Question) -> list[str]:
        first, last = question.start.date(), question.end.date()
        days = [day for day in self._place.days(question.dataset, scope.org_id) if first <= day <= last]
        return [path for day in days for path in self._place.files(question.dataset, scope.org_id, day)]


@contextmanager
def _stopped_in_time(connection: Any) -> Iterator[None]:
    timer = threading.Timer(LONGEST_MS / 1000, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _statement(scope: Scope, question: Question) -> Select[Any]:
    return compile_question(scope, question, _facts(question), _bucketed)


def _facts(question: Question) -> TableClause:
    """The columns in Postgres' types, which is how values are bound; DuckDB has types of the same names."""
    return table("facts", *(column(each.name, each.type) for each in question.dataset.table.c))


def _bucketed(bucket: Bucket, time: ColumnElement[Any], zone: str) -> ColumnElement[Any]:
    there: ColumnElement[Any] = func.timezone(zone, time)
    if bucket is Bucket.HOUR:
        return time - (there - func.date_trunc("hour", there))
    return cast(there if bucket is Bucket.DAY else func.date_trunc(literal(bucket.value), there), Date)
