"""What a tick looks for is found by index, however many schedules there are."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core import db
from app.datasources.models import Datasource
from app.schedules import fire
from app.schedules.settle import SETTLE
from tests.schedules.ledgers import START, set_schedule

MANY = text(
    """
    insert into schedules (org_id, query_id, created_by, created_at, time_zone, every_minutes, starts_at,
                           missed, given, next_due_at)
    select org_id, query_id, created_by, created_at, time_zone, every_minutes, starts_at, missed, given,
           starts_at + n * interval '1 minute'
    from schedules, generate_series(1, 20000) n
    """
)
PAST = text(
    """
    insert into refreshes (schedule_id, due_at, decided_at, outcome, ended, ended_at)
    select id, next_due_at, next_due_at, 'ran', 'succeeded', next_due_at from schedules
    """
)


def test_a_tick_reads_only_what_is_due(alice: Actor, source: Datasource):
    set_schedule(alice, source)
    with db.autocommit() as connection:
        connection.execute(MANY)
        connection.execute(PAST)
        connection.execute(text("analyze schedules, refreshes"))
    due = fire.due_by(START + timedelta(minutes=20), 250)
    with db.new_session() as session:
        told = due.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        assert "ix_schedules_due" in plan(session, str(told))
        assert "ix_refreshes_open" in plan(session, SETTLE.text, ids=[1], everywhere=True, most=1000)


def plan(session: Session, statement: str, **values: object) -> str:
    return "\n".join(session.scalars(text("explain " + statement), values))
