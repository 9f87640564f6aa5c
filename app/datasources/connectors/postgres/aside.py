"""The small statement beside: one value of the transaction's snapshot, before the rows are asked for."""

from psycopg import pq

from app.datasources.connectors.base import Aside, ConnectorError, Statement
from app.datasources.connectors.postgres import refusals, signals
from app.datasources.connectors.postgres.describe import describe
from app.datasources.connectors.postgres.failures import QUERY_CANCELED, ServerError
from app.datasources.connectors.postgres.line import Line
from app.datasources.connectors.postgres.render import render

LONGEST = 1000  # characters


def ask_aside(line: Line, statement: Statement) -> Aside:
    """Raises only what ends the run as well: its time is over. Whatever the statement did is undone."""
    try:
        rendered = render(statement)
        signals.refuse(rendered)
    except ConnectorError as error:
        return Aside(reason=error.message)
    line.simple("SAVEPOINT aside")
    try:
        found = _ask(line, rendered.comment, rendered.sql, rendered.values, rendered.types)
    except ServerError as error:
        if error.sqlstate == QUERY_CANCELED:
            raise
        found = Aside(reason=_why(error))
        _to_the_end(line)
    line.simple("ROLLBACK TO SAVEPOINT aside; RELEASE SAVEPOINT aside")
    return found


def _ask(
    line: Line, comment: str, sql: str, values: tuple[bytes | None, ...], types: tuple[int, ...]
) -> Aside:
    described = line.prepare(comment + sql, types)[0]
    if described.nfields != 1:
        return Aside.of_columns(described.nfields)
    printed = describe(line, described)[0].expression
    selected = f"pg_catalog.left({printed}::pg_catalog.text, {LONGEST})"
    try:
        answer = line.ask(f"{comment}select {selected} from (\n{sql}\n) q(c0) limit 2", values, types)
    except ServerError as error:
        if error.sqlstate not in refusals.NOT_IN_A_SUBQUERY:
            raise
        _to_the_end(line)
        return Aside(reason=refusals.not_a_read(sql).message)
    return Aside.of_rows([_text(answer, row) for row in range(answer.ntuples)])


def _text(answer: pq.abc.PGresult, row: int) -> str | None:
    value = answer.get_value(row, 0)
    return None if value is None else value.decode("utf-8", "replace")


def _to_the_end(line: Line) -> None:
    while line.next() is not None:
        pass


def _why(error: ServerError) -> str:
    return refusals.several_statements().message if error.several_statements else error.message
