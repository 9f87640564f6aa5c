"""Make a schedule, pause it, resume it, delete it; each leaves an audit entry."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch, need
from app.accounts.models import Role
from app.audit.record import record
from app.core.clock import now
from app.core.errors import NotFound
from app.schedules.due import Rule, next_due
from app.schedules.forms import ScheduleBody, rule_of
from app.schedules.least import least_minutes
from app.schedules.models import Schedule
from app.schedules.spread import spread_of
from app.schedules.subject import check_values, find_subject


def create_schedule(
    session: Session,
    actor: Actor,
    query_id: int | None,
    body: ScheduleBody,
    *,
    dashboard_id: int | None = None,
) -> Schedule:
    """Of a query, or with None of a dashboard. Raises NotFound, and Invalid at the field: also for what is
    archived and for values that do not fit.
    """
    need(actor, Role.EDITOR)
    subject = find_subject(session, actor, query_id, dashboard_id, archived=True)
    moment = now()
    rule = rule_of(body, moment, least_minutes(session, actor))
    check_values(session, actor, subject, body.parameters, body.time_zone)
    schedule = Schedule(
        org_id=actor.org_id,
        query_id=query_id,
        dashboard_id=dashboard_id,
        created_by=actor.user_id,
        time_zone=rule.zone,
        every_minutes=rule.every_minutes,
        cron=rule.cron,
        starts_at=rule.starts_at,
        ends_at=rule.ends_at,
        missed=body.missed,
        given=body.parameters,
        tolerance_s=body.tolerance_s,
        next_due_at=next_due(rule, moment),
    )
    session.add(schedule)
    session.flush()
    schedule.spread_s = spread_of(schedule.id, schedule.tolerance_s)
    record(session, actor, "schedule.created", schedule.id, of=subject.kind, of_id=subject.id)
    return schedule


def rule_of_schedule(schedule: Schedule) -> Rule:
    return Rule(
        schedule.time_zone, schedule.starts_at, schedule.ends_at, schedule.every_minutes, schedule.cron
    )


def fetch_schedule(session: Session, actor: Actor, schedule_id: int, *, lock: bool = False) -> Schedule:
    """Raises NotFound for a stranger's schedule, as for none, and for a deleted one."""
    schedule = fetch(session, actor, Schedule, schedule_id, lock=lock)
    if schedule.deleted_at is not None:
        raise NotFound(f"There is no schedule {schedule_id} in your organisation.")
    return schedule


def pause(session: Session, actor: Actor, schedule: Schedule) -> None:
    """Its due times go on, and the ledger says that they were skipped."""
    need(actor, Role.EDITOR)
    if schedule.paused_at is None:
        schedule.paused_at, schedule.paused_by = now(), actor.user_id
        record(session, actor, "schedule.paused", schedule.id)


def resume(session: Session, actor: Actor, schedule: Schedule) -> None:
    need(actor, Role.EDITOR)
    if schedule.paused_at is not None:
        schedule.paused_at = schedule.paused_by = None
        record(session, actor, "schedule.resumed", schedule.id)


def delete(session: Session, actor: Actor, schedule: Schedule) -> None:
    """Its ledger stays in the database."""
    need(actor, Role.EDITOR)
    schedule.deleted_at, schedule.next_due_at = now(), None
    record(session, actor, "schedule.deleted", schedule.id)
