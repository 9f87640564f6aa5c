"""Answers questions out of Plumbline's own Postgres."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Dialect, Select, cast, func, literal, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from app.core import db
from app.core.errors import Problem
from app.reporting.backend import Explained
from app.reporting.check import Question
from app.reporting.columns import columns_of, typed
from app.reporting.compile import compile_question
from app.reporting.result import ReportResult
from app.reporting.scope import Scope
from app.reporting.words import Bucket

LONGEST_MS = 20_000
CANCELLED = "57014"
CAREFULLY = text(
    "select set_config('statement_timeout', :longest, true), set_config('transaction_read_only', 'on', true)"
)


class TooSlow(Problem):
    status = 422
    code = "too_slow"
    title = "This question takes too long"


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
                sentence = (
                    f"It was stopped after {LONGEST_MS // 1000} seconds. Ask for fewer days or dimensions."
                )
                raise TooSlow(sentence) from error
            raise
        return ReportResult(columns, rows)

    def explain(self, scope: Scope, question: Question) -> Explained:
        return explained("postgres", _statement(scope, question))


def explained(language: str, statement: Select[Any]) -> Explained:
    """With `$1`, `$2` and so on for the values."""
    compiled = statement.compile(dialect=_dialect(), compile_kwargs={"render_postcompile": True})
    values = compiled.params
    return Explained(language, str(compiled), tuple(values[name] for name in compiled.positiontup or ()))


@cache
def _dialect() -> Dialect:
    return postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def _statement(scope: Scope, question: Question) -> Select[Any]:
    return compile_question(scope, question, question.dataset.table, _bucketed)


def _bucketed(bucket: Bucket, time: ColumnElement[Any], zone: str) -> ColumnElement[Any]:
    if bucket is Bucket.HOUR:
        return func.date_trunc("hour", time, zone)
    there = func.timezone(zone, time)
    return cast(there if bucket is Bucket.DAY else func.date_trunc(literal(bucket.value), there), Date)
