"""Ask for a recompute. Two of one report and window never overlap while they are under way."""

from datetime import date, timedelta

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.models import Role
from app.analytics.buckets import Days, read_day, today, widened
from app.analytics.definitions import find_definition, list_windows
from app.analytics.models import ACTIVE, RecomputeRun, ReportDefinition, Window
from app.analytics.reports.shipped import KINDS
from app.audit.record import record
from app.core import db
from app.core.errors import Conflict, Invalid
from app.core.queue import enqueue
from app.web.forms import Body

JOB = "jobs.analytics.recompute"


class RecomputeBody(Body):
    """A range of days of UTC, both included; for weeks it is widened to whole ones."""

    report_slug: str = Field(max_length=100)
    window: str = Field(max_length=20)
    date_from: str = Field(max_length=40)
    date_to: str = Field(max_length=40)


def ask_recompute(session: Session, actor: Actor, body: RecomputeBody, trigger: str) -> RecomputeRun:
    """A run that a worker begins once the transaction is committed.

    Raises Invalid at each field that is wrong, and Conflict while another run rebuilds one of these buckets.
    """
    need(actor, Role.EDITOR)
    window, days = _read(session, actor, body)
    definition, _ = find_definition(session, actor, body.report_slug, lock=True)
    other = overlapping(session, definition, window, days)
    if other is not None:
        sentence = (
            f"Recomputation {other.id} of {definition.slug} by {window} from {other.date_from} to"
            f" {other.date_to} is {other.state}. Wait until it has ended, or choose other days."
        )
        raise Conflict(sentence, fields={"date_from": sentence})
    run = start_recompute(session, definition, window, days, trigger, actor)
    db.after_commit(session, lambda: enqueue(JOB, run.id))
    return run


def start_recompute(
    session: Session,
    definition: ReportDefinition,
    window: Window,
    days: Days,
    trigger: str,
    actor: Actor | None = None,
) -> RecomputeRun:
    """A pending run. Its definition is locked, so that nobody else starts one meanwhile."""
    run = RecomputeRun(
        org_id=definition.org_id,
        report_id=definition.id,
        window=window,
        date_from=days.first,
        date_to=days.last,
        trigger=trigger,
        requested_by=actor.user_id if actor else None,
    )
    session.add(run)
    session.flush()
    if actor is not None:
        record(session, actor, "recompute.triggered", run.id, **told(definition.slug, run))
    return run


def overlapping(
    session: Session, definition: ReportDefinition, window: Window, days: Days
) -> RecomputeRun | None:
    """A run that is pending or running on one of these buckets."""
    return session.scalar(
        select(RecomputeRun)
        .where(RecomputeRun.report_id == definition.id, RecomputeRun.window == window)
        .where(RecomputeRun.state.in_(ACTIVE))
        .where(RecomputeRun.date_from <= days.last, RecomputeRun.date_to >= days.first)
        .order_by(RecomputeRun.id)
        .limit(1)
    )


def told(slug: str, run: RecomputeRun) -> dict[str, str]:
    """What an audit entry says of it."""
    return {
        "report": slug,
        "window": run.window,
        "date_from": str(run.date_from),
        "date_to": str(run.date_to),
    }


def _read(session: Session, actor: Actor, body: RecomputeBody) -> tuple[Window, Days]:
    problems: dict[str, str] = {}
    if body.report_slug not in KINDS:
        problems["report_slug"] = f"There is no such report. Use one of {', '.join(KINDS)}."
    if body.window not in tuple(Window):
        problems["window"] = f"Use {' or '.join(Window)}."
    found = {name: read_day(getattr(body, name)) for name in ("date_from", "date_to")}
    problems |= {name: "Use a day such as 2026-11-21." for name, day in found.items() if day is None}
    if problems:
        raise Invalid(" ".join(f"{name}: {text}" for name, text in problems.items()), fields=problems)
    first, last = found["date_from"], found["date_to"]
    assert first is not None and last is not None
    window = Window(body.window)
    if sentence := _unfit(first, last):
        raise Invalid(sentence, fields={"date_to": sentence})
    kept = next(each for each in list_windows(session, actor.org_id) if each.window == window)
    earliest = earliest_day(kept.retention_days)
    if first < earliest:
        sentence = f"A {window} is kept for {kept.retention_days:,} days. Begin on {earliest} or later."
        raise Invalid(sentence, fields={"date_from": sentence})
    return window, widened(first, last, window)


def _unfit(first: date, last: date) -> str | None:
    if first > last:
        return f"This ends before it begins. Use {first} or later."
    if last > today():
        return f"This has not come yet. Use {today()} (in UTC) or earlier."
    return None


def earliest_day(retention_days: int) -> date:
    """The first day whose snapshots are kept."""
    return today() - timedelta(days=retention_days - 1)
