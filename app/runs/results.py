"""Read a stored result: a window of rows, or a few columns of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import pyarrow as pa
from psycopg.rows import namedtuple_row
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.datasources.connectors.base import ColumnKind
from app.runs.cells import numeric
from app.runs.chunks import Damaged, decode
from app.runs.cut import rows_of
from app.runs.models import ResultColumn, Run
from app.runs.retention.expired import need_present, need_present_still
from app.runs.storage.read import payloads

LONGEST_WINDOW = 10_000  # rows
LONGEST_COLUMNS = 200_000  # rows of a columnar answer
AT_ONCE = 8  # chunks read at once: about 8 MB raw
PACKED_CHUNKS = """
    select first_row, row_count, data, upload_id, object, byte_from, byte_size from result_chunks
    where run_id = %s and first_row >= %s order by first_row limit %s
"""

CHUNKS = text(
    """
    select first_row, data, upload_id, object, byte_from, byte_size from result_chunks
    where run_id = :run_id and first_row < :beyond and first_row >= (
        select max(first_row) from result_chunks where run_id = :run_id and first_row <= :first)
    order by first_row limit :at_once
    """
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Some columns of the first rows; `cut` when the result has more rows than were asked for."""

    columns: Sequence[ResultColumn]
    values: list[list[Any]]
    cut: bool


def columns_of(session: Session, run: Run) -> Sequence[ResultColumn]:
    """The result's columns in order; none for a run without a result."""
    return session.scalars(
        select(ResultColumn).where(ResultColumn.run_id == run.id).order_by(ResultColumn.position)
    ).all()


def window(session: Session, run: Run, offset: int, limit: int) -> list[list[Any]]:
    """Rows `offset` to `offset + limit` as lists of JSON values (`cells.exact`); fewer at the end.

    Only the chunks that hold these rows are read. Raises Invalid for an offset that is negative or beyond the
    end, or a limit outside 1 to LONGEST_WINDOW.
    """
    return rows_of(parts(session, run, offset, limit)).rows


def parts(session: Session, run: Run, offset: int, limit: int) -> Iterator[pa.RecordBatch]:
    """The batches of that window. Raises Invalid as `window` does, before the first."""
    need_present(run)
    rows = run.row_count or 0
    check_window(offset, limit, rows)
    return (
        batch.slice(max(offset - first_row, 0), offset + limit - max(first_row, offset))
        for first_row, batch in _batches(session, run.id, offset, min(offset + limit, rows))
    )


def some_columns(session: Session, run: Run, names: Sequence[str], limit: int) -> Columns:
    """Whole columns for a chart (`cells.numeric`), up to `limit` rows. All columns when no name is given.

    Raises Invalid for a name that the result has not, or a limit outside 1 to LONGEST_COLUMNS.
    """
    if not 1 <= limit <= LONGEST_COLUMNS:
        raise Invalid(fields={"limit": f"Ask for 1 to {LONGEST_COLUMNS:,} rows."})
    need_present(run)
    present = columns_of(session, run)
    chosen = [_by_name(present, name) for name in names] if names else list(present)
    values: list[list[Any]] = [[] for _ in chosen]
    for first_row, batch in _batches(session, run.id, 0, min(limit, run.row_count or 0)):
        part = batch.slice(0, limit - first_row)
        for target, column in zip(values, chosen, strict=True):
            target.extend(numeric(part.column(column.position), ColumnKind(column.kind)))
    return Columns(chosen, values, cut=(run.row_count or 0) > limit)


def all_batches(session: Session, run: Run) -> Iterator[pa.RecordBatch]:
    """Every stored batch in order, as it was read. Raises ResultExpired before the first, or on the way."""
    need_present(run)
    return (batch for _, batch in _batches(session, run.id, 0, run.row_count or 0))


def packed_chunks(session: Session, run_id: int) -> Iterator[list[bytes | memoryview]]:
    """Every stored chunk in order as it is stored, a few at once.

    Raises ResultExpired at the end when the result expired on the way, StoreAway and Damaged.
    """
    first: int | None = 0
    while first is not None:
        pieces, first = some_packed(session, run_id, first)
        if pieces:
            yield pieces
    need_present_still(session, run_id)


def some_packed(session: Session, run_id: int, first: int) -> tuple[list[bytes | memoryview], int | None]:
    """A few stored chunks from the one that begins with row `first`, and where the next one begins, if any.

    Raises StoreAway and Damaged.
    """
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    chunks: list[Any] = []
    with driver.cursor(binary=True, row_factory=namedtuple_row) as cursor:  # text takes twice as long
        chunks.extend(cursor.execute(PACKED_CHUNKS, (run_id, first, AT_ONCE)))
    further = chunks[-1].first_row + chunks[-1].row_count if len(chunks) == AT_ONCE else None
    return [data for _, data in payloads(session, chunks)], further


def _batches(session: Session, run_id: int, first: int, beyond: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    """(number of its first row, batch) of each chunk with rows in [first, beyond), which the result has.

    Raises ResultExpired when chunks go while they are read, StoreAway and Damaged.
    """
    while first < beyond:
        chunks = session.execute(
            CHUNKS, {"run_id": run_id, "first": first, "beyond": beyond, "at_once": AT_ONCE}
        ).all()
        try:
            for first_row, data in payloads(session, chunks):
                batch = decode(data)
                first = first_row + batch.num_rows
                yield first_row, batch
        except Damaged:
            need_present_still(session, run_id)
            raise
        if len(chunks) < AT_ONCE:
            break
    if first < beyond:
        need_present_still(session, run_id)


def _by_name(columns: Sequence[ResultColumn], name: str) -> ResultColumn:
    for column in columns:
        if column.name == name:
            return column
    raise Invalid(
        f"The result has no column {name!r}. It has: {', '.join(c.name for c in columns)}.",
        fields={"column": f"There is no column {name!r} in this result."},
    )


def check_window(offset: int, limit: int, row_count: int) -> None:
    """Raises Invalid at `offset` or `limit`."""
    problems = {}
    if offset < 0:
        problems["offset"] = "Use 0 or more."
    elif offset > row_count:
        problems["offset"] = f"The result has {row_count:,} rows; there is nothing beyond."
    if not 1 <= limit <= LONGEST_WINDOW:
        problems["limit"] = f"Ask for 1 to {LONGEST_WINDOW:,} rows."
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
