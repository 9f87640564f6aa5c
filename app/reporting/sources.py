"""Read sources as facts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from app.reporting.datasets import Dataset, Projection
from app.reporting.facts import FactRecord, SourceKey


def read_sources(session: Session, dataset: Dataset, keys: Collection[SourceKey]) -> list[FactRecord]:
    """The facts of these sources as they are now; none of a source that is gone or not ready."""
    projection = _projection(dataset)
    numbers = [int(key.source_key) for key in keys if key.source_key.isdecimal()]
    found = _facts(session, dataset, [projection.key.in_(numbers)])
    return [fact for fact in found if fact.key in keys]


def read_range(
    session: Session,
    dataset: Dataset,
    *,
    after: int,
    most: int,
    org_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Sequence[FactRecord]:
    """The facts of the next sources after this number, in order."""
    projection = _projection(dataset)
    conditions = [projection.key > after]
    if org_id is not None:
        conditions.append(projection.org_id == org_id)
    if since is not None:
        conditions.append(projection.occurred_at >= since)
    if until is not None:
        conditions.append(projection.occurred_at < until)
    return _facts(session, dataset, conditions, most)


def _facts(
    session: Session, dataset: Dataset, conditions: list[ColumnElement[bool]], most: int | None = None
) -> list[FactRecord]:
    projection = _projection(dataset)
    keys = (
        projection.key.label("fact_key"),
        projection.org_id.label("fact_org_id"),
        projection.occurred_at.label("fact_occurred_at"),
    )
    statement: Select[Any] = projection.select.add_columns(*keys).where(projection.ready, *conditions)
    rows = session.execute(statement.order_by(projection.key).limit(most)).mappings()
    names = [field.name for field in dataset.fields()]
    return [
        FactRecord(
            SourceKey(row["fact_org_id"], str(row["fact_key"])),
            row["fact_occurred_at"],
            {name: row[name] for name in names},
        )
        for row in rows
    ]


def _projection(dataset: Dataset) -> Projection:
    if dataset.projection is None:
        raise LookupError(f"the facts of {dataset.name} are read in place")
    return dataset.projection
