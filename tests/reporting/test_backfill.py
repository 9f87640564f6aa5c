"""Facts made again from their sources: in steps that somebody else can go on with, and by themselves."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from app.cli import plumb
from app.core import db
from app.core.clock import now
from app.core.errors import Invalid
from app.reporting import backfill
from app.reporting.backfill import repair, request_backfill, work_on_backfills
from app.reporting.models import Backfill
from app.reporting.project import project
from tests.makers import make_datasource, run_now
from tests.reporting.asking import runs


@pytest.fixture
def ended(alice, connection_fields):
    """Numbers of three runs, of which the outbox has forgotten all."""
    source = make_datasource(alice, connection_fields)
    found = [run_now(alice, source, f"select {number}").id for number in range(3)]
    _forget()
    return found


def _forget():
    with db.transaction() as session:
        session.execute(text("truncate report_outbox, run_facts"))


def facts():
    with db.new_session() as session:
        return session.scalars(select(runs().table.c.run_id).order_by(runs().table.c.run_id)).all()


def request(**asked):
    with db.transaction() as session:
        return request_backfill(session, "runs", **asked).id


def read(backfill_id):
    with db.new_session() as session:
        return session.get_one(Backfill, backfill_id)


def test_a_backfill_goes_on_where_another_process_left_it(ended, monkeypatch):
    monkeypatch.setattr(backfill, "STEP", 2)
    number = request()
    assert work_on_backfills(turn_s=0) == 1
    assert (facts(), read(number).reached, read(number).state) == (ended[:2], ended[1], "waiting")
    work_on_backfills()
    assert (facts(), read(number).written, read(number).state) == (ended, 3, "done")


def test_a_backfill_of_a_span_or_another_organisation_leaves_the_rest_alone(ended, charlie):
    request(since=now() + timedelta(days=1))
    request(org_id=charlie.org_id)
    work_on_backfills()
    assert facts() == []


def test_facts_of_what_was_there_before_are_made_by_themselves(ended):
    for _ in range(2):
        repair()
        work_on_backfills()
    assert facts() == ended
    with db.new_session() as session:
        asked = session.scalars(select(Backfill.dataset)).all()
    assert "runs" in asked and len(set(asked)) == len(asked)


def test_a_repair_finds_what_the_outbox_missed(ended, monkeypatch):
    monkeypatch.setattr(backfill, "SETTLED", timedelta(seconds=-1))
    monkeypatch.setattr(backfill, "EVERY", timedelta())
    request()
    work_on_backfills()
    with db.transaction() as session:
        session.execute(text("delete from run_facts where run_id = :id"), {"id": ended[1]})
    repair()
    work_on_backfills()
    assert facts() == ended
    with db.new_session() as session:
        found = session.scalars(select(Backfill).where(Backfill.missing_only)).one()
    assert (found.dataset, found.written) == ("runs", 1)


def test_a_backfill_that_fails_says_so_in_the_end_without_telling_values(ended):
    with db.transaction() as session:
        session.execute(text("alter table run_facts add check (run_id is null)"))
    try:
        number = request()
        for _ in range(backfill.MOST_TRIES):
            work_on_backfills(turn_s=0)
    finally:
        with db.transaction() as session:
            session.execute(text("alter table run_facts drop constraint run_facts_run_id_check"))
    assert (read(number).state, read(number).attempts) == ("failed", 5)
    assert read(number).error == "IntegrityError < CheckViolation < 23514"


def test_what_cannot_be_made_again_is_refused(session):
    with pytest.raises(Invalid):
        request_backfill(session, "salaries")
    with pytest.raises(Invalid):
        request_backfill(session, "runs", since=now(), until=now() - timedelta(days=1))


def test_while_facts_are_made_from_the_beginning_nobody_knows_how_complete_they_are(browse, alice, ended):
    span = {"from": "2026-01-01T00:00:00Z", "to": "2027-01-01T00:00:00Z"}
    question = {"dataset": "runs", "time_range": span}
    request()
    answer = browse(alice).api("POST", "/v1/reports/query", question).json
    assert "as_of" not in answer and "freshness_lag_ms" not in answer


def test_the_command_line_makes_facts_again_and_tells_how_they_stand(ended, environment):
    def plumbed(*words):
        return CliRunner(env=environment).invoke(plumb, ["reports", *words], catch_exceptions=False).output

    assert plumbed("backfill", "runs", "--since", "2020-01-01") == "runs: 3 facts written, done.\n"
    assert facts() == ended
    assert "runs: 0 waiting, 0 ms behind\n" in plumbed("status")
    assert project() == 0
