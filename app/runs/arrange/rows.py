"""A window of an arranged result: sorted, filtered, searched, without running the query again."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from sqlalchemy.orm import Session

from app.core.aside import aside
from app.datasources.connectors.base import ColumnKind
from app.runs.arrange import shelf
from app.runs.arrange.asked import Arrangement
from app.runs.arrange.order import ROW, arranged, first_arranged
from app.runs.arrange.unpack import Unpacked, opened, unpack
from app.runs.cut import Rows, rows_of
from app.runs.models import ResultColumn, Run
from app.runs.results import check_window, parts

FIRST_ROWS = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive rows; `numbers` are where they stand in the result, from 0."""

    found: Rows
    numbers: Sequence[int]
    matched_count: int


def find_window(
    session: Session,
    run: Run,
    columns: Sequence[ResultColumn],
    arrangement: Arrangement,
    offset: int,
    limit: int,
    longest_cell: int | None = None,
) -> Window:
    """Rows `offset` to `offset + limit` of the arranged result, as `rows_of` has them; fewer at the end.

    The first rows are picked without sorting the rest. The whole order is worked out when a deeper window is
    asked for, once, and kept on the shelf. Raises Invalid for an impossible window, and at the
    member of the arrangement that its column cannot be compared with.
    """
    if not arrangement:
        rows = rows_of(parts(session, run, offset, limit), longest_cell)
        return Window(rows, range(offset, offset + len(rows.rows)), run.row_count or 0)
    check_window(offset, limit, run.row_count or 0)
    return _asked(
        session, run, columns, arrangement, lambda ask: _asked_window(ask, offset, limit, longest_cell)
    )


def find_order(
    session: Session, run: Run, columns: Sequence[ResultColumn], arrangement: Arrangement
) -> tuple[Unpacked, pa.Array]:
    """The whole result, and the numbers of the arranged rows in their order; both mapped, not read.

    Raises Invalid as `find_window` does.
    """
    return _asked(
        session,
        run,
        columns,
        arrangement,
        lambda ask: aside(lambda: (opened(ask.path), _order(ask))).result(),
    )


def _asked(
    session: Session,
    run: Run,
    columns: Sequence[ResultColumn],
    arrangement: Arrangement,
    answer: Callable[["_Ask"], T],
) -> T:
    kinds = tuple(ColumnKind(column.kind) for column in columns)
    name = shelf.key("order", run.id, run.finished_at, arrangement)
    for last_try in (False, True):
        ask = _Ask(unpack(session, run), name, arrangement, kinds)
        try:
            return answer(ask)
        except FileNotFoundError:  # another process tidied the shelf in between
            if last_try:
                raise
    raise AssertionError


def _asked_window(ask: "_Ask", offset: int, limit: int, longest_cell: int | None) -> Window:
    window: Future[Window | None] = aside(lambda: _first_window(ask, offset, limit, longest_cell))
    if found := window.result():
        return found
    return aside(lambda: _window(ask, offset, limit, longest_cell)).result()


@dataclass(frozen=True, slots=True)
class _Ask:
    path: Path
    name: str
    arrangement: Arrangement
    kinds: tuple[ColumnKind, ...]


def _first_window(ask: _Ask, offset: int, limit: int, longest: int | None) -> Window | None:
    """The first rows without sorting the rest, where the order is not known yet."""
    if offset + limit > FIRST_ROWS or shelf.find(ask.name):
        return None
    unpacked = opened(ask.path)
    found = first_arranged(unpacked, ask.arrangement, ask.kinds, offset + limit)
    if found is None:
        return None
    numbers = found.rows[offset:]
    return Window(rows_at(unpacked, numbers, longest), numbers, found.matched_count)


def _window(ask: _Ask, offset: int, limit: int, longest: int | None) -> Window:
    order = _order(ask)
    numbers = order.slice(offset, limit).to_pylist()
    return Window(rows_at(opened(ask.path), numbers, longest), numbers, len(order))


def _order(ask: _Ask) -> pa.Array:
    if file := shelf.find(ask.name):
        size = file.stat().st_size
        buffer = pa.memory_map(str(file)).read_buffer(size) if size else pa.py_buffer(b"")
        return pa.Array.from_buffers(ROW, size // ROW.byte_width, [None, buffer])
    order = arranged(opened(ask.path), ask.arrangement, ask.kinds)
    with shelf.put(ask.name) as kept:
        kept.write(order.buffers()[1] or b"")
    return order


def rows_at(unpacked: Unpacked, numbers: Sequence[int], longest: int | None = None) -> Rows:
    """These rows in this order; each chunk that holds some is asked once."""
    places: dict[int, list[int]] = {}
    for place, number in enumerate(numbers):
        places.setdefault(bisect_right(unpacked.starts, number) - 1, []).append(place)
    found = Rows([[] for _ in numbers])
    for chunk, wanted in places.items():
        local = pa.array([numbers[place] - unpacked.starts[chunk] for place in wanted])
        part = rows_of([unpacked.batches[chunk].take(local)], longest)
        for place, row in zip(wanted, part.rows, strict=True):
            found.rows[place] = row
        found.cut += [[wanted[row], column, length] for row, column, length in part.cut]
    return found
