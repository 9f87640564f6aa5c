"""The numbers of a result's rows in the order and the choice that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.datasources.connectors.base import ColumnKind
from app.runs.arrange.asked import Arrangement, Key
from app.runs.arrange.coarse import coarse
from app.runs.arrange.comparable import comparable
from app.runs.arrange.match import matching
from app.runs.arrange.unpack import Unpacked

ROW = pa.uint32()  # results are bounded far below 4,000,000,000 rows


def arranged(unpacked: Unpacked, arrangement: Arrangement, kinds: Sequence[ColumnKind]) -> pa.Array:
    """Row numbers from 0. Rows that are equal in every key keep their order."""
    if not unpacked.batches:
        return pa.array([], ROW)
    mask = matching(unpacked, arrangement.conditions, arrangement.search, kinds)
    chosen = None if mask is None else pc.indices_nonzero(mask)
    if not arrangement.keys:
        return pc.cast(pa.arange(0, unpacked.row_count) if chosen is None else chosen, ROW)
    table, keys = _sortable(unpacked, arrangement.keys, kinds)
    if mask is not None:
        table = table.filter(mask)
    order = _sorted(table.combine_chunks(), keys)
    return pc.cast(order if chosen is None else chosen.take(order), ROW)


@dataclass(frozen=True, slots=True)
class First:
    """The numbers of the first rows, and how many rows there are in all."""

    rows: list[int]
    matched_count: int


def first_arranged(
    unpacked: Unpacked, arrangement: Arrangement, kinds: Sequence[ColumnKind], many: int
) -> First | None:
    """The first rows of `arranged` alone, picked without sorting the rest; None without keys to pick by."""
    if not arrangement.keys or not unpacked.batches:
        return None
    mask = matching(unpacked, arrangement.conditions, arrangement.search, kinds)
    table, keys = _sortable(unpacked, arrangement.keys, kinds)
    columns, by = {}, []
    for name, direction, nulls in keys:
        values = table[name]
        if nulls == "at_start":  # a pick has them last: whether there is a value is a key of its own
            columns[f"known_{name}"] = pc.is_valid(values).cast(pa.int8())
            by.append((f"known_{name}", "ascending"))
        columns[name] = values.cast(pa.int8()) if pa.types.is_boolean(values.type) else values
        by.append((name, direction))
    columns["row"] = pa.chunked_array([pa.arange(0, unpacked.row_count)])
    table = pa.table(columns)
    if mask is not None:
        table = table.filter(mask)
    best = pc.select_k_unstable(table, many, [*by, ("row", "ascending")])
    return First(table["row"].take(best).to_pylist(), table.num_rows)


def _sorted(table: pa.Table, keys: Sequence[tuple[str, str, str]]) -> pa.Array:
    """One batch is sorted key by key, which makes rough keys before the exact ones worth their while."""
    batches = table.to_batches()
    if len(batches) != 1:  # none, or texts of more than 2 GB
        return pc.sort_indices(table, sort_keys=keys)
    columns: dict[str, pa.Array] = {}
    by = []
    for name, direction, nulls in keys:
        values = batches[0].column(name)
        rough = coarse(values) if name == "value0" else []
        for number, each in enumerate([*rough, values]):
            columns[f"{name}.{number}"] = each
            by.append((f"{name}.{number}", direction, nulls))
    return pc.sort_indices(pa.record_batch(columns), sort_keys=by)


def _sortable(
    unpacked: Unpacked, keys: Sequence[Key], kinds: Sequence[ColumnKind]
) -> tuple[pa.Table, list[tuple[str, str, str]]]:
    """What stands outside of a column's type is the stronger key of that column."""
    columns: dict[str, Any] = {}
    sort_keys = []
    for number, key in enumerate(keys):
        column = comparable(unpacked.column(key.position), kinds[key.position])
        for part, values in (("outside", column.outside), ("value", column.values)):
            if values is not None:
                columns[f"{part}{number}"] = values
                direction = "descending" if key.descending else "ascending"
                sort_keys.append((f"{part}{number}", direction, "at_start" if key.nulls_first else "at_end"))
    return pa.table(columns), sort_keys
