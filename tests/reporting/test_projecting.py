"""From a change to its fact: in the same transaction as the change, once, and without holding anybody up."""

import pytest
from sqlalchemy import func, select, text

from app.accounts.house import House
from app.accounts.models import Role
from app.core import db
from app.reporting.models import OutboxRow
from app.reporting.outbox import leave
from app.reporting.project import project
from app.runs.cancel import cancel_run
from app.runs.limits import limits
from app.runs.lost import losing, settle
from app.runs.models import Run
from app.runs.request import ask_query
from app.runs.start import start_run
from tests.makers import finish, make_datasource, make_query, make_user, read_run, run_now, start
from tests.reporting.asking import EVER, runs


@pytest.fixture
def source(alice, connection_fields):
    return make_datasource(alice, connection_fields)


def facts():
    with db.new_session() as session:
        return session.execute(select(runs().table).order_by(runs().table.c.run_id)).mappings().all()


def left():
    with db.new_session() as session:
        return session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()


def test_every_way_in_which_a_run_ends_becomes_a_fact(alice, source):
    query = make_query(alice, source, "select 1 as one", "One")
    with db.transaction() as session:
        asked = ask_query(session, alice, query.id, {})
        ended = start_run(
            session,
            alice,
            datasource=asked.datasource,
            bound=asked.bound,
            limits=limits(House()),
            version=asked.version,
        )
    finish(ended.id)
    failed = run_now(alice, source, "select nonsense")
    waiting, stuck = start(alice, source, "select 2"), start(alice, source, "select 3")
    with db.transaction() as session:
        cancel_run(session, alice, session.get_one(Run, waiting))
    with db.transaction() as session:
        session.execute(
            text("update runs set state = 'running', started_at = now(), beat_at = now() where id = :id"),
            {"id": stuck},
        )
    settle(losing("true"), "Gone.", {})
    assert project() == 4
    assert left() == []
    found = {fact["run_id"]: fact for fact in facts()}
    assert {number: fact["state"] for number, fact in found.items()} == {
        ended.id: "succeeded",
        failed.id: "failed",
        waiting: "cancelled",
        stuck: "lost",
    }
    assert found[ended.id]["query"] == "One" and found[ended.id]["result_rows"] == 1
    assert found[ended.id]["datasource"] == "Flights" and found[ended.id]["person"] == "Alice"
    assert found[failed.id]["failure_reason"] == read_run(failed.id).failure_reason
    assert found[waiting]["duration_ms"] is None


def test_no_text_of_a_query_and_no_value_becomes_a_fact(alice, source):
    run_now(alice, source, "select 'opened-sesame' as a, {{ name }} as b", {"name": "mellon"})
    project()
    with db.new_session() as session:
        found = session.scalar(select(func.string_agg(text("run_facts::text"), "")).select_from(runs().table))
    assert found and "sesame" not in found and "mellon" not in found


def test_a_change_that_rolls_back_leaves_nothing(alice):
    with db.new_session() as session:
        leave(session, "runs", alice.org_id, 1)
        session.rollback()
    assert left() == []


def test_a_fact_follows_its_source_and_goes_with_it(alice, source):
    run = run_now(alice, source, "select 1 as one")
    project()
    for state in ("update runs set trigger = 'api'", "delete from evidence_reports; delete from runs"):
        with db.transaction() as session:
            session.execute(text(state))
            leave(session, "runs", alice.org_id, run.id, run.id)
        assert project() == 2
        assert [fact["trigger"] for fact in facts()] == (["api"] if "update" in state else [])


def test_another_organisation_cannot_be_named_in_the_outbox(alice, charlie, source):
    run = run_now(alice, source, "select 1 as one")
    project()
    with db.transaction() as session:
        leave(session, "runs", charlie.org_id, run.id)
    project()
    assert [fact["org_id"] for fact in facts()] == [alice.org_id]


def test_what_cannot_be_made_into_a_fact_waits_longer_each_time_and_holds_nobody_up(alice, source):
    run = run_now(alice, source, "select 1 as one")
    with db.transaction() as session:
        leave(session, "no_such_dataset", alice.org_id, 1)
    assert project() == 2
    assert [fact["run_id"] for fact in facts()] == [run.id]
    (stuck,) = left()
    assert (stuck.error, stuck.attempts, stuck.claimed_at) == ("LookupError", 1, None)
    assert stuck.try_at > stuck.left_at
    assert project() == 0


def test_the_claim_of_a_projector_that_died_is_taken_over(alice, source):
    run_now(alice, source, "select 1 as one")
    with db.transaction() as session:
        session.execute(text("update report_outbox set claimed_by = 'dead', claimed_at = now()"))
    assert project() == 0
    with db.transaction() as session:
        session.execute(text("update report_outbox set claimed_at = now() - interval '2 minutes'"))
    assert project() == 1
    assert len(facts()) == 1


def test_a_row_that_another_projector_holds_is_left_to_it(alice):
    with db.transaction() as session:
        leave(session, "runs", alice.org_id, 1)
    with db.new_session() as holder:
        holder.execute(select(OutboxRow).with_for_update()).all()
        assert project() == 0
    assert project() == 1


def test_an_answer_says_up_to_when_it_is_complete(browse, alice, source):
    run_now(alice, source, "select 1 as one")
    question = {"dataset": "runs", "time_range": EVER}
    before = browse(alice).api("POST", "/v1/reports/query", question).json
    assert before["rows"] == [{"row_count": 0}] and before["freshness_lag_ms"] > 0
    project()
    after = browse(alice).api("POST", "/v1/reports/query", question).json
    assert after["rows"] == [{"row_count": 1}] and after["freshness_lag_ms"] == 0
    assert after["as_of"] > before["as_of"]


def test_a_sign_in_becomes_a_fact_for_admins(browse, app):
    dana = make_user("dana", "Acme", Role.ADMIN)
    browse(dana)
    project()
    question = {"dataset": "sign_ins", "time_range": EVER, "dimensions": ["person"]}
    answer = browse(dana).api("POST", "/v1/reports/query", question)
    assert answer.json["rows"][0]["person"] == "Dana"
