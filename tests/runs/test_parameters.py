"""Parameters from the API and the page to the row that the database gives back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app.accounts.allow import Actor
from app.accounts.models import Org
from app.core import clock, db
from app.datasources.models import Datasource
from app.queries.parameters import Choice, Declared, ParameterKind
from app.runs.execute import execute_run
from tests.browsing import Browser
from tests.makers import make_query, read_run, run_now

Browse = Callable[[Actor | None], Browser]
PERIOD = Declared("period", ParameterKind.TIMESTAMP_RANGE, "today")
REGIONS = Declared("regions", ParameterKind.CHOICES, choices=(Choice("EU", "Europe"), Choice("US")))


@pytest.fixture
def spring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noon, UTC, of the day on which Berlin's clocks went forward."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 29, 12, tzinfo=UTC))


def set_zone(actor: Actor, zone: str) -> None:
    with db.transaction() as session:
        session.get_one(Org, actor.org_id).time_zone = zone


@pytest.mark.parametrize(
    ("sql", "given", "row"),
    [
        ("select 'b' = any({{ x }}), cardinality({{ x }})", ["b", "a'); --", "b"], [True, 2]),
        ("select 2 = any({{ x }})", [1, 2, 3], [True]),
        ("select sum(v)::text from unnest({{ x }}) v", [1.5, 2], ["3.5"]),
        ("select (array[[1,2],[3,4]])[2][1], {{ x }}", "a", [3, "a"]),
        ("select 1 [[where 'x' = {{ x }}]]", "x", [1]),
        ("select 1 [[, {{ x }}]]", None, [1]),
        ("select {{ x.end }} - {{ x.start }}", "2013-01-01..2013-01-03", [2]),
        ("select {{ x.end }} - {{ x.start }}", "2026-03-29 00:00Z..2026-03-29 23:00Z", ["23:00:00"]),
        ("select {{ x.end }} - {{ x.start }}", {"start": "2013-01-01", "end": "2013-01-03"}, [2]),
    ],
)
def test_what_is_given_to_the_api_arrives_in_the_database(
    alice: Actor, source: Datasource, browse: Browse, sql: str, given: Any, row: list[Any]
) -> None:
    run = run_now(alice, source, sql, {"x": given})
    assert run.failure_message is None
    assert browse(alice).api("GET", f"/v1/runs/{run.id}/rows").json["rows"] == [row]


def test_words_are_absolute_in_the_run_and_kept_beside_it(
    browse: Browse, alice: Actor, bob: Actor, source: Datasource, spring: None
) -> None:
    set_zone(alice, "Europe/Berlin")
    make_query(alice, source, "select {{ period.end }} - {{ period.start }}", parameters=(PERIOD,))
    run = browse(bob).api("POST", "/v1/runs", {"query_id": 1}).json
    assert run["parameters"] == {
        "period.start": "2026-03-29 00:00:00+01:00",
        "period.end": "2026-03-30 00:00:00+02:00",
    }
    assert run["words"] == {"period.start": "today", "period.end": "today"}
    assert run["time_zone"] == "Europe/Berlin"
    execute_run(1)
    assert browse(bob).api("GET", "/v1/runs/1/rows").json["rows"] == [["23:00:00"]]
    text = browse(bob).get("/runs/1").text
    assert "today" in text and "2026-03-29 00:00:00+01:00" in text and "Europe/Berlin" in text


def test_the_querys_zone_goes_before_the_orgs_and_the_requests_before_both(
    browse: Browse, alice: Actor, source: Datasource, spring: None
) -> None:
    set_zone(alice, "Europe/Berlin")
    page = browse(alice)
    body = {
        "name": "Today",
        "datasource_id": source.id,
        "sql": "select {{ d }}",
        "parameters": [{"name": "d", "kind": "timestamp", "default": "today"}],
        "time_zone": "America/Sao_Paulo",
    }
    made = page.api("POST", "/v1/queries", body).json
    assert (made["time_zone"], made["parameters"][0]["default"]) == ("America/Sao_Paulo", "today")
    run = page.api("POST", "/v1/runs", {"query_id": 1}).json
    assert run["parameters"] == {"d": "2026-03-29 00:00:00-03:00"}
    run = page.api("POST", "/v1/runs", {"query_id": 1, "time_zone": "Africa/Cairo"}).json
    assert run["parameters"] == {"d": "2026-03-29 00:00:00+02:00"}
    for path, wrong in (("/v1/runs", {"query_id": 1}), ("/v1/queries", body)):
        answer = page.api("POST", path, wrong | {"time_zone": "Mars/Base"})
        assert answer.status_code == 422 and "Europe/Berlin" in answer.json["fields"]["time_zone"]


def test_a_viewer_chooses_many_on_the_page_and_the_address_carries_them(
    browse: Browse, alice: Actor, bob: Actor, source: Datasource
) -> None:
    sql = "select count(*) from unnest(array['EU','US','AP']) r where true [[ and r = any({{ regions }}) ]]"
    make_query(alice, source, sql, parameters=(REGIONS,))
    page = browse(bob)
    text = page.get("/queries/1").text
    assert 'type="checkbox" name="param.regions.value" value="EU"' in text and "Europe" in text
    chosen = {"query_id": "1", "param.regions.kind": "choices", "param.regions.value": ["", "US", "EU"]}
    answer = page.post("/runs", chosen, htmx=True)
    assert answer.headers["HX-Replace-Url"] == "/queries/1?p.regions=US&p.regions=EU&run=1"
    execute_run(1)
    assert page.api("GET", "/v1/runs/1/rows").json["rows"] == [[2]]
    assert page.api("GET", "/v1/runs/1").json["parameters"] == {"regions": ["EU", "US"]}
    linked = page.get("/queries/1?p.regions=US&p.regions=EU&run=1").text
    assert 'value="EU" checked' in linked and 'value="US" checked' in linked
    page.post("/runs", chosen | {"param.regions.value": [""]}, htmx=True)
    execute_run(2)
    assert page.api("GET", "/v1/runs/2/rows").json["rows"] == [[3]]
    assert "regions" not in read_run(2).sql


def test_a_viewers_wrong_value_is_said_at_its_field_with_its_choices(
    browse: Browse, alice: Actor, bob: Actor, source: Datasource
) -> None:
    make_query(alice, source, "select {{ regions }}", parameters=(REGIONS,))
    sent = {"query_id": "1", "param.regions.kind": "choices", "param.regions.value": ["", "Asia"]}
    text = browse(bob).post("/runs", sent, htmx=True).text
    assert 'id="param-regions-error"' in text and "is not one of the choices: EU, US." in text
    assert 'value="EU"' in text and "-settings" not in text


def test_a_stranger_gets_no_run_of_a_query_with_parameters(
    browse: Browse, alice: Actor, charlie: Actor, source: Datasource
) -> None:
    make_query(alice, source, "select {{ regions }}", parameters=(REGIONS,))
    page = browse(charlie)
    assert page.api("POST", "/v1/runs", {"query_id": 1}).status_code == 404
    assert page.post("/runs", {"query_id": "1", "param.regions.value": "EU"}, htmx=True).status_code == 404
    assert page.post("/runs", {"query_id": "1", "param.x.value": "\0"}, htmx=True).status_code == 404


def test_an_error_after_a_clause_that_was_left_out_is_at_its_place(alice: Actor, source: Datasource) -> None:
    sql = "select 1\n[[ where {{ x }} ]]\n, nope"
    run = run_now(alice, source, sql)
    assert run.failure_position == sql.index("nope") + 1
    assert run.sql == "select 1\n" + " " * 19 + "\n, nope"
