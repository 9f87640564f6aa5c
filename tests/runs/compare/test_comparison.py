"""Run again and compare: who may, what is said, and that a lost job is asked for again."""

import psycopg
import pytest
from sqlalchemy import delete, update

from app.accounts.house import House
from app.core import db, redis
from app.core.clock import now
from app.core.queue import HOUSEKEEPING, is_queued
from app.queries.parameters import Declared, ParameterKind
from app.runs.compare.explain import _code, _is_ordered
from app.runs.compare.work_out import compare_values
from app.runs.execute import execute_run
from app.runs.limits import limits
from app.runs.models import ResultChunk, Run
from app.runs.request import ask_query
from app.runs.start import start_run
from tests.makers import make_query, read_run, run_now, start


@pytest.fixture
def table(source_url):
    """`again` has rows 1 to 12,000 with a text and an amount."""
    with psycopg.connect(source_url, autocommit=True) as connection:
        connection.execute(
            "create table again as select n, 'row ' || n as t, (n * 1.5)::numeric(12,2) as amount"
            " from generate_series(1, 12000) n"
        )
        yield connection
        connection.execute("drop table again")


def compare(browser, run_id: int) -> dict:
    """The answer once the second run is executed and, where needed, the values were compared."""
    answer = browser.api("POST", f"/v1/runs/{run_id}/comparison")
    assert answer.status_code == 202, answer.text
    other = answer.json["other_run_id"]
    assert answer.headers["Location"] == f"/v1/runs/{run_id}/comparison/{other}"
    assert answer.json["stage"] == "running"
    execute_run(other)
    found = browser.api("GET", answer.headers["Location"]).json
    if found["stage"] == "comparing":
        assert is_queued("jobs.runs.compare_values", run_id, other, queue=HOUSEKEEPING)
        compare_values(run_id, other)
        found = browser.api("GET", answer.headers["Location"]).json
    assert found["stage"] == "done"
    return dict(found)


def codes(found: dict) -> list[str]:
    return [cause["code"] for cause in found["causes"]]


def test_unchanged_data_gives_the_same_result(browse, alice, source, table):
    run = run_now(alice, source, "select * from again where n > {{ n }} order by n", {"n": 10})
    found = compare(browse(alice), run.id)
    assert (found["outcome"], found["differing_rows"], found["causes"]) == ("same", 0, [])
    assert found["row_counts"] == [11990, 11990]
    other = read_run(found["other_run_id"])
    assert (other.sql, other.max_rows, other.question) == (run.sql, run.max_rows, run.question)


def test_a_changed_value_is_found_among_many_rows(browse, alice, source, table):
    run = run_now(alice, source, "select * from again order by n")
    table.execute("update again set amount = amount + 1 where n in (11000, 11500)")
    found = compare(browse(alice), run.id)
    assert (found["outcome"], found["differing_rows"], found["differing_columns"]) == (
        "different",
        2,
        ["amount"],
    )
    assert found["first_difference"] == {
        "row": 10999, "column": "amount", "value": "16500.00", "other_value": "16501.00",
    }  # fmt: skip
    assert codes(found) == ["source_moved"]
    page = browse(alice).get(f"/runs/{run.id}/comparison/{found['other_run_id']}").text
    assert "Not the same result" in page and "Row 11,000, amount" in page and "16501.00" in page


def test_more_rows_are_counted(browse, alice, source, table):
    run = run_now(alice, source, "select n from again order by n")
    table.execute("insert into again values (12001, 'new', 0)")
    found = compare(browse(alice), run.id)
    assert (found["outcome"], found["row_counts"], found["differing_rows"]) == (
        "different",
        [12000, 12001],
        1,
    )
    assert found["first_difference"]["column"] is None
    page = browse(alice).get(f"/runs/{run.id}/comparison/{found['other_run_id']}").text
    assert "no such row" in page


def test_the_same_rows_in_another_order_are_said_to_be(browse, alice, source, table):
    run = run_now(alice, source, "select n, t from again")
    table.execute("create table other as select * from again order by n desc")
    table.execute("drop table again; alter table other rename to again")
    found = compare(browse(alice), run.id)
    assert found["outcome"] == "reordered"
    assert "no_order" in codes(found)
    page = browse(alice).get(f"/runs/{run.id}/comparison/{found['other_run_id']}").text
    assert "The same rows, in another order" in page


def test_columns_that_changed_are_named(browse, alice, source, table):
    run = run_now(alice, source, "select * from again order by n")
    table.execute("alter table again rename t to label; alter table again add more int")
    found = compare(browse(alice), run.id)
    assert found["outcome"] == "different"
    [renamed, added] = found["head_changes"]
    assert (renamed["column"]["name"], renamed["other_column"]["name"]) == ("t", "label")
    assert (added["position"], added["column"], added["other_column"]["type"]) == (3, None, "integer")
    page = browse(alice).get(f"/runs/{run.id}/comparison/{found['other_run_id']}").text
    assert "no such column" in page and "label" in page


def test_a_statement_that_asks_the_clock_is_told_so(browse, alice, source):
    run = run_now(alice, source, "select clock_timestamp() as at, 'now()' as t order by 1")
    assert "unsteady" in codes(compare(browse(alice), run.id))


def test_a_failed_run_has_nothing_to_compare(browse, alice, source, table):
    run = run_now(alice, source, "select nope from again")
    found = compare(browse(alice), run.id)
    assert found["outcome"] == "unavailable"
    assert f"Run {run.id} has no result: it is failed." in found["reason"]
    page = browse(alice).get(f"/runs/{run.id}/comparison/{found['other_run_id']}").text
    assert "These two cannot be compared" in page


def test_a_beginning_is_not_compared_with_a_whole(browse, alice, source, table):
    run = run_now(alice, source, "select n from again order by n", max_rows=100)
    table.execute("delete from again where n > 50")
    found = compare(browse(alice), run.id)
    assert found["outcome"] == "unavailable" and "cut at its limit of rows" in found["reason"]


def test_two_equal_beginnings_are_the_same(browse, alice, source, table):
    run = run_now(alice, source, "select n from again order by n", max_rows=100)
    assert compare(browse(alice), run.id)["outcome"] == "same"


def test_rows_that_are_gone_leave_the_difference_of_the_hashes(browse, alice, source, table):
    run = run_now(alice, source, "select n from again order by n")
    table.execute("update again set n = -1 where n = 7")
    with db.transaction() as session:
        session.execute(delete(ResultChunk).where(ResultChunk.run_id == run.id))
    found = compare(browse(alice), run.id)
    assert found["outcome"] == "different" and "not stored any more" in found["reason"]


def test_a_result_that_has_expired_is_compared_by_its_hash(browse, alice, source, table):
    same = run_now(alice, source, "select n from again order by n")
    changing = run_now(alice, source, "select n, clock_timestamp() as at from again order by n")
    with db.transaction() as session:
        session.execute(delete(ResultChunk))
        session.execute(update(Run).values(result_deleted_at=now()))
    assert compare(browse(alice), same.id)["outcome"] == "same"
    found = compare(browse(alice), changing.id)
    assert found["outcome"] == "different" and f"The result of run {changing.id} expired" in found["reason"]


def test_values_are_compared_once(browse, alice, source, table):
    run = run_now(alice, source, "select n from again order by n")
    table.execute("update again set n = -1 where n = 7")
    found = compare(browse(alice), run.id)
    table.execute("update again set n = 7 where n = -1")
    compare_values(run.id, found["other_run_id"])
    answer = browse(alice).api("GET", f"/v1/runs/{run.id}/comparison/{found['other_run_id']}").json
    assert answer == found


def test_a_lost_job_is_asked_for_again(browse, alice, source, table):
    run = run_now(alice, source, "select n from again order by n")
    table.execute("update again set n = -1 where n = 7")
    browser = browse(alice)
    answer = browser.api("POST", f"/v1/runs/{run.id}/comparison")
    other = answer.json["other_run_id"]
    execute_run(other)
    for _ in range(2):
        redis.client().flushall()
        assert browser.api("GET", answer.headers["Location"]).json["stage"] == "comparing"
        assert is_queued("jobs.runs.compare_values", run.id, other, queue=HOUSEKEEPING)


def test_the_page_asks_for_itself_until_there_is_an_answer(browse, alice, source, table):
    run = run_now(alice, source, "select n from again order by n")
    browser = browse(alice)
    assert "Run again and compare" in browser.get(f"/runs/{run.id}").text
    answer = browser.post(f"/runs/{run.id}/comparison")
    assert answer.status_code == 303
    assert answer.location == f"/runs/{run.id}/comparison/{run.id + 1}"
    moving = browser.get(answer.location).text
    assert "Running again" in moving and 'hx-trigger="load delay' in moving and "Look again" in moving
    execute_run(run.id + 1)
    settled = browser.get(answer.location, htmx=True).text
    assert "The same result" in settled and "hx-trigger" not in settled
    assert settled.lstrip().startswith('<div id="comparison"')


def test_a_run_that_moves_is_not_compared_yet(browse, alice, source):
    run_id = start(alice, source, "select 1")
    assert browse(alice).api("POST", f"/v1/runs/{run_id}/comparison").status_code == 409
    assert "Run again and compare" not in browse(alice).get(f"/runs/{run_id}").text


def of_query(actor, query_id: int, given: dict) -> Run:
    with db.transaction() as session:
        asked = ask_query(session, actor, query_id, given)
        run = start_run(
            session,
            actor,
            datasource=asked.datasource,
            bound=asked.bound,
            limits=limits(House()),
            version=asked.version,
        )
        run_id = run.id
    execute_run(run_id)
    return read_run(run_id)


def test_a_viewer_compares_runs_of_a_querys_newest_version_only(browse, alice, bob, source):
    declared = (Declared("n", ParameterKind.INTEGER, "1"),)
    query = make_query(alice, source, "select {{ n }} as n order by 1", parameters=declared)
    run = of_query(bob, query.id, {"n": 5})
    unsaved = run_now(alice, source, "select 1")
    viewer = browse(bob)
    assert compare(viewer, run.id)["outcome"] == "same"
    assert viewer.api("POST", f"/v1/runs/{unsaved.id}/comparison").status_code == 404
    assert "Run again and compare" not in viewer.get(f"/runs/{unsaved.id}").text
    form = {"name": "One", "datasource_id": source.id, "sql": "select 2 as one", "based_on": 1}
    assert browse(alice).post(f"/queries/{query.id}", form).status_code == 303
    assert viewer.api("POST", f"/v1/runs/{run.id}/comparison").status_code == 403
    assert browse(alice).api("POST", f"/v1/runs/{run.id}/comparison").status_code == 202


def test_an_archived_datasource_is_not_asked_again(browse, alice, dana, source):
    run = run_now(alice, source, "select 1")
    browse(dana).post(f"/datasources/{source.id}/archival")
    answer = browse(alice).api("POST", f"/v1/runs/{run.id}/comparison")
    assert (answer.status_code, "archived" in answer.json["detail"]) == (422, True)


def test_a_stranger_sees_404(browse, alice, charlie, source):
    run = run_now(alice, source, "select 1 order by 1")
    found = compare(browse(alice), run.id)
    stranger = browse(charlie)
    for path in (f"/v1/runs/{run.id}/comparison", f"/runs/{run.id}/comparison"):
        post = stranger.api("POST", path) if path.startswith("/v1") else stranger.post(path)
        assert post.status_code == 404
        assert stranger.get(f"{path}/{found['other_run_id']}").status_code == 404
    assert browse(alice).get(f"/runs/{run.id}/comparison/{2**70}").status_code == 404
    assert browse(alice).get(f"/runs/{found['other_run_id']}/comparison/{run.id}").status_code == 404


@pytest.mark.parametrize(
    ("sql", "ordered"),
    [
        ("select a from t order by a", True),
        ("select a from t ORDER /* x */\n BY a", True),
        ("select a from (select a from t order by a) q", False),
        ("select row_number() over (order by a) from t", False),
        ("select 'order by' from t -- order by a", False),
        ('select "order by" from t', False),
        ("(select a from t) order by 1", True),
    ],
)
def test_an_order_of_its_own_is_seen(sql, ordered):
    assert _is_ordered(_code(sql)) is ordered
