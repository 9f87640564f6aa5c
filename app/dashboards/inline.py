"""Small results travel inside the page: a tile then draws at once, without a request of its own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import Problem
from app.dashboards.shown import Shown
from app.datasources.connectors.base import ColumnKind
from app.runs.cells import numeric
from app.runs.chunks import Damaged, decode
from app.runs.freshness.ready import Shelf
from app.runs.storage.read import payloads

MOST_ROWS = 1_000
MOST_BYTES = 24_000  # of one tile, as JSON
KEPT_BYTES = 4_000_000  # in each process
CHUNKS = text(
    """
    select run_id, first_row, data, upload_id, object, byte_from, byte_size from result_chunks
    where run_id = any(:run_ids) and upload_id is null order by run_id, first_row
    """
)

# The moment too: a database that was restored from a backup gives the same numbers to other runs.
Key = tuple[int, datetime, tuple[str, ...]]
_kept: Shelf[Key, str] = Shelf(KEPT_BYTES)  # nothing for what is too large


def inline_small(session: Session, shown: Sequence[Shown]) -> None:
    """Give each small chart its `data`, as `/v1/runs/ID/columns` would: JSON that is safe within a script.

    One statement at most. What cannot be read is left to the chart, which asks for it and says why.
    """
    wanted = {key: each for each in shown if (key := _key(each)) is not None}
    missing = {key: each for key, each in wanted.items() if _kept.get(key) is None}
    for key, body in _read(session, missing):
        _kept.put(key, body, len(body) + 1)
    for each in shown:
        if (key := _key(each)) is not None:
            each.data = _kept.get(key) or None


def _key(shown: Shown) -> Key | None:
    """The run and the columns that the options of its chart name."""
    good, visualization = shown.stored.good, shown.asking.visualization
    if visualization is None or good is None or not good.readable or shown.problem:
        return None
    if visualization.kind == "table" or not 0 < good.row_count <= MOST_ROWS:
        return None
    named = set(_texts(visualization.options))
    names = (column["name"] for column in shown.columns)
    return good.run_id, good.as_of, tuple(name for name in names if name in named)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _read(session: Session, missing: Mapping[Key, Shown]) -> Iterator[tuple[Key, str]]:
    if not missing:
        return
    chunks: dict[int, list[Any]] = {}
    for row in session.execute(CHUNKS, {"run_ids": [run_id for run_id, _, _ in missing]}):
        chunks.setdefault(row.run_id, []).append(row)
    for key, shown in missing.items():
        run_id, _, names = key
        try:
            values = _values(session, chunks.get(run_id, []), names, shown.columns)
        except (Problem, Damaged):
            continue
        body = orjson.dumps(_data(shown, names, values)) if values else b""
        yield key, safe(body) if len(body) <= MOST_BYTES else ""


def _values(
    session: Session, chunks: Sequence[Any], names: Sequence[str], columns: Sequence[Mapping[str, str]]
) -> list[list[Any]] | None:
    """The named columns, whole; None for a result that is stored elsewhere."""
    if not chunks:
        return None
    places = {column["name"]: (at, ColumnKind(column["kind"])) for at, column in enumerate(columns)}
    values: list[list[Any]] = [[] for _ in names]
    for _, data in payloads(session, chunks):
        batch = decode(data)
        for target, name in zip(values, names, strict=True):
            at, kind = places[name]
            target.extend(numeric(batch.column(at), kind))
    return values


def _data(shown: Shown, names: Sequence[str], values: list[list[Any]]) -> dict[str, Any]:
    good = shown.stored.good
    assert good is not None
    by_name = {column["name"]: column for column in shown.columns}
    return {
        "columns": [by_name[name] for name in names],
        "values": values,
        "row_count": good.row_count,
        "limit": good.row_count,
        "cut": False,
        "truncated_by": good.truncated_by,
    }


def safe(body: bytes) -> str:
    """JSON as it can stand within a script."""
    return body.decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
