"""Tell whoever made a schedule that it began to fail, that it is tried less often, that it is well again."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.notices.tell import News, tell
from app.schedules.history import lines_of
from app.schedules.models import Ended, Schedule
from app.schedules.settled import Settled
from app.schedules.standing import PATIENCE, Standing, standings
from app.schedules.words import in_words

BAD = (Ended.FAILED, Ended.PARTLY)


def notify(session: Session, settled: Sequence[Settled]) -> None:
    """Once for each turn, not for each failure. In the transaction that settles them."""
    newest = {each.schedule_id: each for each in settled if each.ended != Ended.CANCELLED}
    known = standings(session, newest)
    bad = Counter(each.schedule_id for each in settled if each.ended in BAD)
    news = {
        schedule_id: kind
        for schedule_id, each in newest.items()
        if (kind := _turn(each, known.get(schedule_id, Standing()), bad[schedule_id]))
    }
    if not news:
        return
    found = select(Schedule).where(Schedule.id.in_(news), Schedule.deleted_at.is_(None))
    found = found.options(joinedload(Schedule.query), joinedload(Schedule.dashboard))
    for schedule in session.scalars(found):
        kind, each = news[schedule.id], newest[schedule.id]
        tell(session, schedule.org_id, [schedule.created_by], _told(session, schedule, kind, each))


def _turn(each: Settled, standing: Standing, new: int) -> str | None:
    """`new`: how many of the failures are among those that were settled now."""
    if each.ended not in BAD:
        return "recovered" if standing.was_bad else None
    if standing.troubles - new < 1:
        return "failed"
    if standing.failures - new < PATIENCE <= standing.failures:
        return "backs_off"
    return None


def _told(session: Session, schedule: Schedule, kind: str, each: Settled) -> News:
    of = schedule.query or schedule.dashboard
    name = of.name if of else ""
    (line,) = lines_of(session, [each.refresh_id])
    reason = line.reason or ""
    title, text, tone = {
        "failed": (f"{name}: a refresh failed", reason, "danger"),
        "backs_off": (
            f"{name}: {PATIENCE} refreshes in a row failed",
            f"It is tried less often until one succeeds. {reason}".strip(),
            "danger",
        ),
        "recovered": (f"{name} is well again", "The newest refresh succeeded.", "success"),
    }[kind]
    facts = {
        "schedule": {"id": schedule.id, "words": in_words(schedule), "of": name},
        "due_at": each.due_at.isoformat().replace("+00:00", "Z"),
        "ended": each.ended,
        "run_id": line.refresh.run_id,
    }
    return News(f"schedule.{kind}", title, text, f"/schedules/{schedule.id}", tone, facts)
