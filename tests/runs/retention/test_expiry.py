"""Results go when their time is over; runs, columns and evidence stay."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Org
from app.audit.models import AuditEntry
from app.cli.results import command
from app.core import db
from app.core.clock import now
from app.queries.models import Query
from app.runs import results
from app.runs.execute import execute_run
from app.runs.models import ResultChunk, ResultColumn, Run
from app.runs.results import all_batches
from app.runs.retention import expire
from app.runs.retention.expire import expire_results
from app.runs.retention.expired import ResultExpired, day
from app.runs.retention.policy import expires_at
from app.runs.storage.models import ResultUpload
from tests.makers import make_query, read_run, run_now
from tests.runs.storage.conftest import bucket  # noqa: F401
from tests.runs.storage.test_objects import LARGE


def aged(run: Run, days: float) -> Run:
    """The run as if it had ended so long ago."""
    with db.transaction() as session:
        past = timedelta(days=days)
        session.execute(
            update(Run)
            .where(Run.id == run.id)
            .values(
                queued_at=Run.queued_at - past,
                started_at=Run.started_at - past,
                beat_at=Run.beat_at - past,
                finished_at=Run.finished_at - past,
            )
        )
    return read_run(run.id)


def run_query(browser, query, days: float = 0) -> Run:
    run_id = browser.api("POST", "/v1/runs", {"query_id": query.id}).json["id"]
    execute_run(run_id)
    return aged(read_run(run_id), days)


def count(model, run_id: int) -> int:
    with db.new_session() as session:
        return session.scalar(select(func.count()).where(model.run_id == run_id))


def expired(run: Run) -> bool:
    return read_run(run.id).result_deleted_at is not None


def keep(**values) -> None:
    with db.transaction() as session:
        session.execute(update(Org).where(Org.name == "Acme").values(**values))


def test_a_result_goes_after_its_days_and_a_younger_one_stays(alice, source):
    old, young = aged(run_now(alice, source, LARGE), 30.1), aged(run_now(alice, source, "select 1"), 29.9)
    gone = expire_results()
    assert (gone.runs, gone.objects) == (1, 0) and gone.chunks > 3
    assert expired(old) and not expired(young)
    assert (count(ResultChunk, old.id), count(ResultColumn, old.id)) == (0, 3)
    assert read_run(old.id).row_count == 45_000
    assert expire_results().runs == 0


def test_an_org_and_a_query_may_say_otherwise(alice, source, browse):
    keep(result_days=5)
    query = make_query(alice, source)
    with db.transaction() as session:
        session.get_one(Query, query.id).result_days = 10
    by_query = [run_query(browse(alice), query, days) for days in (11, 9, 8)]
    by_org = [aged(run_now(alice, source, "select 2"), days) for days in (6, 4)]
    expire_results()
    assert [expired(run) for run in by_query] == [True, False, False]
    assert [expired(run) for run in by_org] == [True, False]


def test_another_orgs_days_are_its_own(alice, charlie, source):
    with db.transaction() as session:
        session.execute(update(Org).where(Org.name == "Other").values(result_days=1))
    run = aged(run_now(alice, source, "select 1"), 10)
    expire_results()
    assert not expired(run)


def test_the_newest_good_result_of_a_query_is_kept_longer(alice, source, browse):
    query = make_query(alice, source)
    older, newest = (run_query(browse(alice), query, days) for days in (100, 99))
    expire_results()
    assert expired(older) and not expired(newest)
    aged(newest, 82)
    expire_results()
    assert expired(newest)


def test_what_the_page_foretells_is_what_happens(alice, source, browse):
    query = make_query(alice, source)
    older, newest = (run_query(browse(alice), query, days) for days in (3, 2))
    with db.new_session() as session:
        assert expires_at(session, older) == older.finished_at + timedelta(days=30)
        assert expires_at(session, newest) == newest.finished_at + timedelta(days=180)


def test_a_batch_is_bounded_and_all_goes_all_the_same(alice, source, monkeypatch):
    monkeypatch.setattr(expire, "AT_ONCE", 2)
    monkeypatch.setattr(expire, "BYTES_AT_ONCE", 1)
    for n in range(5):
        aged(run_now(alice, source, f"select {n}"), 40)
    assert expire_results().runs == 5


def test_a_run_that_somebody_holds_is_left_for_the_next_time(alice, source):
    held, free = (aged(run_now(alice, source, "select 1"), 40) for _ in range(2))
    with db.new_session() as holding:
        holding.execute(select(Run.id).where(Run.id == held.id).with_for_update())
        assert expire_results().runs == 1
        assert not expired(held) and expired(free)
    assert expire_results().runs == 1


def test_objects_go_with_their_result(alice, source, bucket):  # noqa: F811
    old, kept = aged(run_now(alice, source, LARGE), 40), run_now(alice, source, LARGE)
    before = len(bucket.keys())
    gone = expire_results()
    assert gone.runs == 1 and 0 < gone.objects < before
    assert all(f"run-{kept.id}-" in key for key in bucket.keys())  # noqa: SIM118
    assert (count(ResultUpload, old.id), count(ResultUpload, kept.id)) == (0, 1)


def test_objects_of_a_store_that_is_away_go_later(browse, alice, source, bucket):  # noqa: F811
    old = aged(run_now(alice, source, LARGE), 40)
    bucket.stop()
    assert (expire_results().objects, expired(old)) == (0, True)
    assert browse(alice).get(f"/v1/runs/{old.id}/rows").status_code == 410
    bucket.start()
    assert expire_results().objects > 0
    assert bucket.keys() == []


def test_the_api_says_410_and_the_evidence_stays(browse, alice, charlie, source):
    run = aged(run_now(alice, source, "select 1 as a"), 40)
    expire_results()
    for path in ("rows", "columns"):
        answer = browse(alice).get(f"/v1/runs/{run.id}/{path}")
        assert (answer.status_code, answer.json["code"]) == (410, "result_expired")
        assert answer.content_type == "application/problem+json"
        assert day(now()) in answer.json["detail"]
        assert browse(charlie).get(f"/v1/runs/{run.id}/{path}").status_code == 404
    assert browse(alice).get(f"/v1/runs/{run.id}").json["state"] == "succeeded"
    evidence = browse(alice).get(f"/v1/runs/{run.id}/evidence").json
    assert evidence["row_count"] == 1 and evidence["columns"] and evidence["body"]["output_hash"]
    verdict = browse(alice).post(f"/v1/runs/{run.id}/verification").json
    assert (verdict["outcome"], verdict["reason"][:8]) == ("unavailable", "expired:")


def test_a_reader_under_way_is_told_that_the_result_expired(alice, source, monkeypatch):
    run = aged(run_now(alice, source, LARGE), 40)
    monkeypatch.setattr(results, "AT_ONCE", 1)
    with db.reading_session() as session:
        batches = all_batches(session, session.get_one(Run, run.id))
        next(batches)
        expire_results()
        with pytest.raises(ResultExpired):
            list(batches)


def test_a_result_that_expires_while_it_is_unpacked_is_not_sorted_in_part(alice, source, monkeypatch):
    run = aged(run_now(alice, source, LARGE), 40)
    monkeypatch.setattr(results, "AT_ONCE", 1)
    with db.reading_session() as session:
        pieces = results.packed_chunks(session, run.id)
        next(pieces)
        expire_results()
        with pytest.raises(ResultExpired):
            list(pieces)


def test_a_failed_run_has_no_result_to_expire(alice, source):
    run = aged(run_now(alice, source, "select nope"), 400)
    assert expire_results().runs == 0
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.execute(update(Run).where(Run.id == run.id).values(result_deleted_at=now()))


def test_a_result_that_expired_is_not_given_as_a_fresh_one(browse, alice, source):
    stale = {"mode": "maybe_stale", "max_stale_ms": 100 * 86_400_000}
    asked = {"datasource_id": source.id, "sql": "select 1 where false", "freshness": stale}
    first = browse(alice).api("POST", "/v1/runs", asked).json["id"]
    execute_run(first)
    assert browse(alice).api("POST", "/v1/runs", asked).json["id"] == first
    aged(read_run(first), 40)
    expire_results()
    assert browse(alice).api("POST", "/v1/runs", asked).json["id"] != first


def test_the_page_says_when_and_runs_it_again(browse, alice, bob, charlie, source):
    query = make_query(alice, source, "select 7 as a")
    run = run_query(browse(bob), query, 200)
    expire_results()
    page = browse(bob).get(f"/runs/{run.id}").text
    assert f"Result expired on {day(now())}" in page and "Run again" in page
    assert "Hash of this report" in page
    fragment = browse(bob).get(f"/queries/{query.id}/latest-run", htmx=True).text
    assert "Result expired" in fragment and "Run again" in fragment
    assert f"The result expired on {day(now())}" in browse(bob).get("/runs").text
    (listed,) = browse(bob).api("GET", "/v1/runs").json["runs"]
    assert listed["result_deleted_at"] is not None
    assert browse(charlie).post(f"/runs/{run.id}/repetition").status_code == 404
    answer = browse(bob).post(f"/runs/{run.id}/repetition")
    again = read_run(int(answer.location.rsplit("/", 1)[1]))
    assert (answer.status_code, again.sql, again.query_version_id) == (303, run.sql, run.query_version_id)
    execute_run(again.id)
    assert read_run(again.id).state == "succeeded"


def test_values_are_bound_again_as_they_were(browse, alice, source):
    run = run_now(alice, source, "select {{ a }}::int + 1 as a", {"a": 41}, max_rows=7)
    answer = browse(alice).post(f"/runs/{run.id}/repetition")
    again = int(answer.location.rsplit("/", 1)[1])
    execute_run(again)
    assert browse(alice).get(f"/v1/runs/{again}/rows").json["rows"] == [[42]]
    assert read_run(again).max_rows == 7


def test_a_viewer_repeats_only_what_a_saved_query_says(browse, alice, bob, source):
    query = make_query(alice, source)
    run = run_query(browse(alice), query, 40)
    run_query(browse(alice), query, 0)
    browse(alice).post(f"/queries/{query.id}/archival")
    expire_results()
    assert "Only an editor can run this text again" in browse(bob).get(f"/runs/{run.id}").text
    assert browse(bob).post(f"/runs/{run.id}/repetition").status_code == 403


def test_charts_of_an_expired_run_ask_for_a_new_one(browse, alice, source):
    query = make_query(alice, source)
    run = run_query(browse(alice), query, 200)
    expire_results()
    answer = browse(alice).get(f"/queries/{query.id}/visualizations?run={run.id}", htmx=True)
    assert answer.status_code == 200


def test_an_admin_says_how_long_results_are_kept(browse, alice, dana, charlie):
    body = {"result_days": 7, "newest_result_days": None}
    assert browse(alice).api("POST", "/v1/retention", body).status_code == 403
    changed = browse(dana).api("POST", "/v1/retention", body).json
    assert changed == {**body, "in_force": {"result_days": 7, "newest_result_days": 180}}
    assert browse(alice).api("GET", "/v1/retention").json == changed
    assert browse(charlie).api("GET", "/v1/retention").json["result_days"] is None
    with db.new_session() as session:
        assert "org.retention_changed" in session.scalars(select(AuditEntry.action)).all()


@pytest.mark.parametrize("days", [0, -1, 36_501, "soon", 1.5])
def test_days_that_make_no_sense_are_named_and_change_nothing(browse, dana, days):
    body = {"result_days": days, "newest_result_days": 9}
    answer = browse(dana).api("POST", "/v1/retention", body)
    assert answer.status_code == 422 and "result_days" in answer.json["fields"]
    assert browse(dana).api("GET", "/v1/retention").json["newest_result_days"] is None


def test_an_editor_says_it_for_a_query(browse, alice, bob, charlie, source):
    query = make_query(alice, source)
    path = f"/v1/queries/{query.id}/retention"
    assert browse(bob).api("POST", path, {"result_days": 3}).status_code == 403
    assert browse(charlie).api("POST", path, {"result_days": 3}).status_code == 404
    assert browse(charlie).api("GET", path).status_code == 404
    assert browse(alice).api("POST", path, {"result_days": 0}).status_code == 422
    assert browse(alice).api("POST", path, {"result_days": 3}).json["in_force"]["result_days"] == 3
    assert browse(bob).api("GET", path).json["result_days"] == 3


def test_the_commands_do_the_same(environment, alice, dana, source):
    runner = CliRunner(env=environment)
    said = runner.invoke(command, ["keep", "--email", dana.email, "--days", "2"])
    assert said.output == "Acme keeps results for 2 days, the newest of a query for 180 at least.\n"
    run = aged(run_now(alice, source, "select 1"), 3)
    assert runner.invoke(command, ["expire"]).output.startswith("1 results expired: 1 chunks")
    with db.new_session() as session:
        row = session.get_one(Run, run.id)
        assert row.result_deleted_at
