"""The run on the page: one fragment for each state, and silence once it is settled."""

from collections.abc import Callable

import pytest

from app.accounts.allow import Actor
from app.datasources.models import Datasource
from app.runs.execute import execute_run
from app.runs.view import failure_line
from tests.browsing import Browser
from tests.makers import make_query, run_now, start

Browse = Callable[[Actor | None], Browser]


def test_a_moving_run_polls_and_a_settled_one_is_silent(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    page = browse(alice)
    answer = page.post("/runs", {"datasource_id": source.id, "sql": "select 1 as one"}, htmx=True)
    assert answer.status_code == 200
    assert 'hx-trigger="load delay:100ms, every 5s"' in answer.text
    assert 'aria-busy="true"' in answer.text
    execute_run(1)
    settled = page.get("/runs/1", htmx=True).text
    assert "hx-trigger" not in settled
    assert "<plumb-grid" in settled and "1 row" in settled


def test_without_script_a_run_leads_to_its_page(browse: Browse, alice: Actor, source: Datasource) -> None:
    page = browse(alice)
    answer = page.post("/runs", {"datasource_id": source.id, "sql": "select 42 as answer"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/runs/1")
    execute_run(1)
    shown = page.get("/runs/1").text
    assert "<td>42</td>" in shown
    assert "<title>Run 1" in shown


def test_a_failure_is_marked_at_its_place(browse: Browse, alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select\n  nope")
    text = browse(alice).get(f"/runs/{run.id}", htmx=True).text
    assert '<plumb-mark field="sql" position="10"' in text
    assert "Line 2, column 3" in text
    assert "<mark>nope</mark>" in text


def test_a_cut_result_says_so(browse: Browse, alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select generate_series(1, 20)", max_rows=10)
    assert "This result was cut" in browse(alice).get(f"/runs/{run.id}", htmx=True).text


def test_values_from_a_database_stay_text(browse: Browse, alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, """select '<script>alert(1)</script>' as "<img src=x onerror=alert(1)>" """)
    text = browse(alice).get(f"/runs/{run.id}").text
    assert "<script>alert" not in text and "<img src=x" not in text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"sql": "select 1"}, "Choose the datasource"),
        ({"sql": "select 1", "datasource_id": "x"}, "not a number"),
        ({"sql": "", "datasource_id": "1"}, "Write"),
        ({"sql": "select '{{ a }}'", "datasource_id": "1"}, "quotes"),
    ],
)
def test_bad_input_is_said_on_the_page(
    browse: Browse, alice: Actor, source: Datasource, form: dict[str, str], words: str
) -> None:
    answer = browse(alice).post("/runs", form, htmx=True)
    assert answer.status_code == 422
    assert words in answer.text
    plain = browse(alice).post("/runs", form)
    assert plain.status_code == 422 and words in plain.text


def test_a_forged_form_starts_nothing(browse: Browse, alice: Actor, source: Datasource) -> None:
    form = {"datasource_id": source.id, "sql": "select 1"}
    assert browse(alice).post("/runs", form, csrf=False).status_code == 400


def test_a_stranger_sees_404(browse: Browse, alice: Actor, charlie: Actor, source: Datasource) -> None:
    query = make_query(alice, source)
    run_id = start(alice, source, "select 1")
    stranger = browse(charlie)
    assert stranger.get(f"/runs/{run_id}").status_code == 404
    assert stranger.get(f"/runs/{run_id}", htmx=True).status_code == 404
    assert stranger.get(f"/queries/{query.id}/latest-run").status_code == 404
    assert stranger.post("/runs", {"datasource_id": source.id, "sql": "select 1"}).status_code == 404
    assert stranger.post("/runs", {"query_id": query.id}).status_code == 404


def test_somebody_who_is_not_signed_in_is_asked_to(browse: Browse, alice: Actor, source: Datasource) -> None:
    run_id = start(alice, source, "select 1")
    answer = browse(None).get(f"/runs/{run_id}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sign-in?next=/runs/{run_id}")


def test_cancelling_on_a_runs_own_page_gives_that_page_again(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    run_id = start(alice, source, "select 1")
    page = browse(alice)
    assert 'hx-target="#run-page" ' in page.get(f"/runs/{run_id}").text
    headers = {"HX-Request": "true", "HX-Target": "run-page"}
    token = page.get("/runs").text.partition('name="csrf-token" content="')[2].partition('"')[0]
    answer = page.client.post(f"/runs/{run_id}/cancellation", headers=headers | {"X-CSRFToken": token})
    assert '<div id="run-page"' in answer.text and "Cancelled" in answer.text
    assert "Run 1</a>" not in answer.text  # the workbench's link to this page


def test_the_failing_word_is_cut_out_of_its_line() -> None:
    line = failure_line("select 1,\n  flights.nope, 2\nfrom t", 13)
    assert line and (line.number, line.column, line.before, line.at, line.after) == (
        2,
        3,
        "  ",
        "flights.nope",
        ", 2",
    )
    assert failure_line("select 1", None) is None
    assert failure_line("select 1", 99) is None
