"""Keeps facts in Plumbline's own Postgres, in the caller's transaction."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, Column, Insert, Table, bindparam, cast, column, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.reporting.datasets import Dataset
from app.reporting.facts import FactBatch, SourceKey
from app.reporting.table import KEYS


class PostgresSink:
    """One statement for each batch: a column of the facts is one array."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def upsert_facts(self, batch: FactBatch) -> None:
        if not batch.facts:
            return
        table = _table(batch.dataset)
        arrays: dict[str, list[Any]] = {
            "org_id": [fact.key.org_id for fact in batch.facts],
            "source_key": [fact.key.source_key for fact in batch.facts],
            "occurred_at": [fact.occurred_at for fact in batch.facts],
        }
        for field in batch.dataset.fields():
            arrays[field.name] = [fact.values[field.name] for fact in batch.facts]
        self._session.execute(_upsert(table), arrays)

    def known(self, dataset: Dataset, keys: Collection[SourceKey]) -> set[SourceKey]:
        facts = _table(dataset).c
        wanted = tuple_(facts.org_id, facts.source_key).in_([(key.org_id, key.source_key) for key in keys])
        found = self._session.execute(select(facts.org_id, facts.source_key).where(wanted))
        return {SourceKey(*row) for row in found}

    def supersede_source(self, dataset: Dataset, key: SourceKey) -> None:
        facts = _table(dataset)
        is_of = (facts.c.org_id == key.org_id, facts.c.source_key == key.source_key)
        self._session.execute(delete(facts).where(*is_of))


def _table(dataset: Dataset) -> Table:
    if not isinstance(dataset.table, Table) or dataset.projection is None:
        raise LookupError(f"the facts of {dataset.name} are read in place")
    return dataset.table


def _upsert(table: Table) -> Insert:
    names = [each.name for each in table.c]
    given = (
        func.unnest(*(_array(each) for each in table.c)).table_valued(*map(column, names)).render_derived()
    )
    statement = insert(table).from_select(names, select(*(given.c[name] for name in names)))
    changed = {name: statement.excluded[name] for name in names if name not in KEYS[:2]}
    return statement.on_conflict_do_update(index_elements=list(KEYS[:2]), set_=changed)


def _array(each: Column[Any]) -> Any:
    kind = ARRAY(each.type)
    return cast(bindparam(each.name, type_=kind), kind)
