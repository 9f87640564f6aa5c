"""Answers questions out of Plumbline's own Postgres."""

from typing import Any

from sqlalchemy import ColumnElement, Date, Select, cast, func, literal, text
from sqlalchemy.exc import DBAPIError

from app.core import db
from app.reporting.backend import Explained
from app.reporting.check import Question
from app.reporting.columns import columns_of, typed
from app.reporting.compile import compile_question
from app.reporting.explained import LONGEST_MS, TooSlow, explained
from app.reporting.result import ReportResult
from app.reporting.scope import Scope
from app.reporting.words import Bucket

CANCELLED = "57014"
CAREFULLY = text(
    "select set_config('statement_timeout', :longest, true), set_config('transaction_read_only', 'on', true)"
)


class PostgresBackend:
    """Reads in a transaction of its own that cannot write, and not for longer than LONGEST_MS."""

    def query(self, scope: Scope, question: Question) -> ReportResult:
        """Raises TooSlow."""
        columns = columns_of(question)
        statement = _statement(scope, question)
        try:
            with db.engine().begin() as connection:
                connection.execute(CAREFULLY, {"longest": str(LONGEST_MS)})
                rows = typed(columns, connection.execute(statement).all())
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == CANCELLED:
                raise TooSlow(LONGEST_MS) from error
            raise
        return ReportResult(columns, rows)

    def explain(self, scope: Scope, question: Question) -> Explained:
        return explained("postgres", _statement(scope, question))


def _statement(scope: Scope, question: Question) -> Select[Any]:
    return compile_question(scope, question, question.dataset.table, _bucketed)


def _bucketed(bucket: Bucket, time: ColumnElement[Any], zone: str) -> ColumnElement[Any]:
    if bucket is Bucket.HOUR:
        return func.date_trunc("hour", time, zone)
    there = func.timezone(zone, time)
    return cast(there if bucket is Bucket.DAY else func.date_trunc(literal(bucket.value), there), Date)
