"""Set schedules and read what came of their due times."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.allow import Actor
from app.core import db
from app.datasources.models import Datasource
from app.schedules.change import create_schedule
from app.schedules.forms import ScheduleBody
from app.schedules.models import Refresh
from tests.makers import make_query

START = datetime(2030, 1, 1, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def set_schedule(
    actor: Actor, source: Datasource, sql: str = "select 1", query: Any = None, **said: Any
) -> int:
    """Every ten minutes from START on, unless it says otherwise."""
    query = query or make_query(actor, source, sql)
    body = {"kind": "interval", "minutes": 10, "time_zone": "UTC", "starts_at": START} | said
    with db.transaction() as session:
        return create_schedule(session, actor, query.id, ScheduleBody.model_validate(body)).id


def ledger(schedule_id: int) -> list[Refresh]:
    with db.new_session() as session:
        found = select(Refresh).where(Refresh.schedule_id == schedule_id).order_by(Refresh.due_at)
        found = found.options(selectinload(Refresh.tiles))
        return list(session.scalars(found))


def outcomes(schedule_id: int) -> list[str]:
    return [each.outcome for each in ledger(schedule_id)]


def set_for_dashboard(actor: Actor, dashboard_id: int, **said: Any) -> int:
    """Every ten minutes from START on, unless it says otherwise."""
    body = {"kind": "interval", "minutes": 10, "time_zone": "UTC", "starts_at": START} | said
    with db.transaction() as session:
        valid = ScheduleBody.model_validate(body)
        return create_schedule(session, actor, None, valid, dashboard_id=dashboard_id).id
