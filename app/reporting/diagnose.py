"""How the facts stand: what waits, since when, what is stuck and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.reporting import catalog
from app.reporting.models import Backfill, BackfillState, OutboxRow

STUCK = 3  # tries
MOST = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one dataset. `lag_ms` is how long the oldest change waits; 0 when none does."""

    dataset: str
    in_place: bool
    waiting: int
    lag_ms: int
    stuck: int
    backfilling: bool


def standings(session: Session, org_id: int | None = None) -> list[Standing]:
    """By dataset, of one organisation or of all."""
    lag = func.clock_timestamp() - func.min(OutboxRow.left_at)
    stuck = func.count().filter(OutboxRow.attempts >= STUCK)
    waiting = select(OutboxRow.dataset, func.count().label("waiting"), lag.label("lag"), stuck.label("stuck"))
    if org_id is not None:
        waiting = waiting.where(OutboxRow.org_id == org_id)
    found = {row.dataset: row for row in session.execute(waiting.group_by(OutboxRow.dataset))}
    making = select(Backfill.dataset).where(Backfill.state == BackfillState.WAITING).distinct()
    backfilling = set(session.scalars(making))
    names = sorted({each.name for each in catalog.every()} | set(found))
    return [
        Standing(
            name,
            in_place=(dataset := catalog.named(name)) is not None and dataset.projection is None,
            waiting=found[name].waiting if name in found else 0,
            lag_ms=max(0, found[name].lag // timedelta(milliseconds=1)) if name in found else 0,
            stuck=found[name].stuck if name in found else 0,
            backfilling=name in backfilling,
        )
        for name in names
    ]


def stuck_rows(session: Session, org_id: int) -> list[OutboxRow]:
    """What failed STUCK times or more, oldest first, at most MOST."""
    failing = select(OutboxRow).where(OutboxRow.org_id == org_id, OutboxRow.attempts >= STUCK)
    return list(session.scalars(failing.order_by(OutboxRow.id).limit(MOST)))


def backfills(session: Session, org_id: int) -> list[Backfill]:
    """Those that concern the organisation, newest first, at most MOST."""
    concerned = (Backfill.org_id == org_id) | Backfill.org_id.is_(None)
    return list(session.scalars(select(Backfill).where(concerned).order_by(Backfill.id.desc()).limit(MOST)))


def try_again(session: Session, org_id: int) -> int:
    """Everything of the organisation that waits for its next try gets it now; returns how much that is."""
    moment: datetime = session.scalar(select(func.now()))  # type: ignore[assignment]
    put_off = (OutboxRow.org_id == org_id, OutboxRow.try_at > moment)
    return len(
        session.execute(update(OutboxRow).where(*put_off).values(try_at=moment).returning(OutboxRow.id)).all()
    )
