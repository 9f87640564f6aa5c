"""Keeps facts in Parquet files. Whoever calls has the dataset's turn: nobody else writes them meanwhile."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date
from typing import Any

import pyarrow as pa

from app.reporting.datasets import Dataset
from app.reporting.facts import FactBatch, FactRecord, SourceKey
from app.reporting.parquet.files import FULL, Place, schema_of


class ParquetSink:
    """A day's files are looked through for the sources of a batch; only files that change are written."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def upsert_facts(self, batch: FactBatch) -> None:
        days: dict[tuple[int, date], dict[str, FactRecord]] = defaultdict(dict)
        for fact in batch.facts:
            days[fact.key.org_id, fact.occurred_at.astimezone(UTC).date()][fact.key.source_key] = fact
        for (org_id, day), facts in days.items():
            self._merge(batch.dataset, org_id, day, facts)

    def known(self, dataset: Dataset, keys: Collection[SourceKey]) -> set[SourceKey]:
        found: set[SourceKey] = set()
        for org_id, names in _by_org(keys):
            for path in self._every_file(dataset, org_id):
                found |= {SourceKey(org_id, name) for name in self._names_in(path) & names}
        return found

    def supersede_source(self, dataset: Dataset, key: SourceKey) -> None:
        for path in self._every_file(dataset, key.org_id):
            if key.source_key in self._names_in(path):
                self._place.replace(path, _without(self._place.read(path), {key.source_key}))

    def _merge(self, dataset: Dataset, org_id: int, day: date, facts: dict[str, FactRecord]) -> None:
        """A source stays in the file that has it; new ones go to the last, or to one more."""
        schema = schema_of(dataset)
        new = set(facts)
        paths = self._place.files(dataset, org_id, day)
        for path in paths:
            here = self._names_in(path) & set(facts)
            new -= here
            if here:
                kept = _without(self._place.read(path), here)
                self._place.replace(path, pa.concat_tables([kept, _table(schema, facts, sorted(here))]))
        if not new:
            return
        added = _table(schema, facts, sorted(new))
        last = self._place.read(paths[-1]) if paths else None
        if last is not None and last.num_rows + added.num_rows <= FULL:
            self._place.replace(paths[-1], pa.concat_tables([last, added]))
        else:
            self._place.replace(self._place.new_file(dataset, org_id, day), added)

    def _every_file(self, dataset: Dataset, org_id: int) -> list[str]:
        days = self._place.days(dataset, org_id)
        return [path for day in days for path in self._place.files(dataset, org_id, day)]

    def _names_in(self, path: str) -> set[str]:
        return set(self._place.read(path, ["source_key"]).column(0).to_pylist())


def _by_org(keys: Iterable[SourceKey]) -> Iterable[tuple[int, set[str]]]:
    found: dict[int, set[str]] = defaultdict(set)
    for key in keys:
        found[key.org_id].add(key.source_key)
    return found.items()


def _without(table: pa.Table, names: set[str]) -> pa.Table:
    import pyarrow.compute as pc

    return table.filter(pc.invert(pc.is_in(table.column("source_key"), pa.array(sorted(names)))))


def _table(schema: pa.Schema, facts: dict[str, FactRecord], names: Sequence[str]) -> pa.Table:
    return pa.Table.from_pylist([_row(facts[name]) for name in names], schema=schema)


def _row(fact: FactRecord) -> dict[str, Any]:
    keys = {"org_id": fact.key.org_id, "source_key": fact.key.source_key, "occurred_at": fact.occurred_at}
    return {**keys, **fact.values}
