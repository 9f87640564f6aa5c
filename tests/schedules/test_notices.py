"""Whoever made a schedule is told when it begins to fail, waits longer, and is well again: once each."""

from datetime import timedelta

from sqlalchemy import select, update

from app.accounts.allow import Actor
from app.core import db
from app.datasources.models import Datasource
from app.notices.models import Notice
from app.queries.models import QueryVersion
from app.runs.execute import execute_run
from app.schedules import decide
from app.schedules.fire import fire_due
from app.schedules.settle import settle_all
from tests.schedules.ledgers import MINUTE, START, ledger, set_schedule


def test_each_turn_is_told_once(alice: Actor, source: Datasource, monkeypatch):
    schedule = set_schedule(alice, source, "select 1 / 0")
    monkeypatch.setattr(decide, "now", lambda: START + timedelta(days=99))  # no back-off stands in the way
    for n in range(7):
        if n == 5:
            repair()
        fire_due(START + n * 10 * MINUTE)
        execute_run(ledger(schedule)[-1].run_id or 0)
        settle_all()
    assert [row.ended for row in ledger(schedule)] == ["failed"] * 5 + ["succeeded"] * 2
    assert told() == [
        ("schedule.failed", "One: a refresh failed", "division by zero"),
        (
            "schedule.backs_off",
            "One: 3 refreshes in a row failed",
            "It is tried less often until one succeeds. division by zero",
        ),
        ("schedule.recovered", "One is well again", "The newest refresh succeeded."),
    ]


def test_what_could_not_even_start_is_told_too(alice: Actor, source: Datasource):
    set_schedule(alice, source)
    with db.transaction() as session:
        session.execute(update(Datasource).values(archived_at=START))
    fire_due(START)
    settle_all()
    assert [text for _, _, text in told()] == ["The datasource Flights is archived. Choose another one."]


def repair() -> None:
    with db.transaction() as session:
        session.execute(update(QueryVersion).values(sql="select 1"))


def told() -> list[tuple[str, str, str]]:
    with db.new_session() as session:
        found = session.execute(select(Notice.kind, Notice.title, Notice.text).order_by(Notice.id))
        return [(kind, title, text) for kind, title, text in found]
