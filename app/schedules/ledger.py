"""Write rows of the ledger, many at a time, and leave word of them for the reports."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.reporting.outbox import leave
from app.schedules.facts import REFRESHES
from app.schedules.models import Refresh, Schedule


def write_down(session: Session, rows: Iterable[tuple[Schedule, Refresh]]) -> None:
    """The caller commits."""
    found = list(rows)
    session.add_all(refresh for _, refresh in found)
    session.flush()
    for org_id in {schedule.org_id for schedule, _ in found}:
        keys = [refresh.id for schedule, refresh in found if schedule.org_id == org_id]
        leave(session, REFRESHES.name, org_id, *keys)
