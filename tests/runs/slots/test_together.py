"""Runs that start together, as schedules do: nobody asks for a slot while they wait."""

from collections.abc import Callable

from app.accounts.allow import Actor
from app.core import db
from app.datasources.models import Datasource
from app.runs.execute import execute_run
from app.runs.limits import limits
from app.runs.models import Trigger
from app.runs.request import ask_sql
from app.runs.start_many import Wish, start_many


def test_each_that_ends_hands_its_slot_to_the_next_though_all_are_of_one_user(
    workers: Callable[[int], None], handed: Callable[[], list[int]], alice: Actor, source: Datasource
) -> None:
    workers(2)
    with db.transaction() as session:
        asked = ask_sql(session, alice, source.id, "select 1", {})
        wishes = [Wish(alice, asked, limits(alice.house), Trigger.SCHEDULE)] * 4
        runs = [run.id for run in start_many(session, wishes)]
    assert handed() == runs[:2]
    execute_run(runs[0])
    assert handed() == runs[2:3]
    execute_run(runs[1])
    assert handed() == runs[3:]
