"""Questions and facts in few words."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.core import db
from app.reporting import catalog
from app.reporting.datasets import Dataset
from app.reporting.facts import FactBatch, FactRecord, SourceKey
from app.reporting.postgres.sink import PostgresSink

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
A_MONTH = {"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}
EVER = {"from": "2020-01-01T00:00:00Z", "to": "2029-01-01T00:00:00Z"}


def runs() -> Dataset:
    found = catalog.named("runs")
    assert found is not None
    return found


def fact(number: int, org_id: int, after: timedelta = timedelta(), **values: Any) -> FactRecord:
    """A fact of a run; what is not given is NULL."""
    names = [field.name for field in runs().fields()]
    known = {"state": "succeeded", "run_id": number, **values}
    return FactRecord(
        SourceKey(org_id, str(number)), BEGIN + after, {name: known.get(name) for name in names}
    )


def keep(*facts: FactRecord) -> None:
    """In Postgres."""
    with db.transaction() as session:
        PostgresSink(session).upsert_facts(FactBatch(runs(), facts))
