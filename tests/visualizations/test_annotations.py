"""Marks from a query: whose rows they are, who reads them, and what is said where they cannot be read."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core import db
from app.core.errors import Invalid
from app.datasources.models import Datasource
from app.queries.models import Query
from app.runs.execute import execute_run
from app.visualizations.create import create_visualization
from app.visualizations.models import Visualization
from tests.browsing import Browser
from tests.makers import make_datasource, make_query

Browse = Callable[[Actor | None], Browser]
DAYS = "select date '2013-01-01' + n as day, n as flights from generate_series(1, 3) n"
DEPLOYS = """
select * from (values (timestamptz '2013-01-02 12:00+01', null::timestamptz, 'Release 7'),
                      ('2013-01-03 00:00+00', '2013-01-04 00:00+00', 'Snow'),
                      (null, null, 'Some day')) t ("time", time_end, text)
"""
LINE = {"x": "day", "y": ["flights"]}
JANUARY_2 = 1_357_124_400_000


@pytest.fixture
def run_saved(browse: Browse, alice: Actor, source: Datasource) -> Callable[[str, str], Query]:
    """A saved query, run once by alice."""

    def make(sql: str, name: str) -> Query:
        query = make_query(alice, source, sql, name)
        place = browse(alice).post("/runs", {"query_id": query.id}).headers["Location"]
        execute_run(int(place.rsplit("/", 1)[1].partition("?")[0]))
        return query

    return make


def test_a_viewer_reads_the_marks_of_a_saved_query_and_a_stranger_sees_404(
    browse: Browse, run_saved: Callable[[str, str], Query], bob: Actor, charlie: Actor
) -> None:
    query = run_saved(DEPLOYS, "Deploys")
    answer = browse(bob).api("GET", f"/v1/queries/{query.id}/annotations").json
    assert answer["marks"] == [
        {"time": JANUARY_2, "time_end": None, "text": "Release 7"},
        {"time": 1_357_171_200_000, "time_end": 1_357_257_600_000, "text": "Snow"},
    ]
    assert (answer["query"], answer["time"]["kind"], answer["cut"]) == ("Deploys", "timestamp", False)
    assert browse(charlie).api("GET", f"/v1/queries/{query.id}/annotations").status_code == 404


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select 1 as n", "must return a column time"),
        ("select 'noon' as time", "dates or time stamps as time, not text"),
        ("select current_date as time, 1 as time_end", "dates or time stamps as time_end, not integer"),
    ],
)
def test_a_query_that_does_not_serve_says_what_it_must_return(
    browse: Browse, run_saved: Callable[[str, str], Query], bob: Actor, sql: str, words: str
) -> None:
    query = run_saved(sql, "Odd")
    answer = browse(bob).api("GET", f"/v1/queries/{query.id}/annotations")
    assert answer.status_code == 409 and words in answer.json["detail"]


def test_a_query_without_a_stored_result_says_to_run_it(
    browse: Browse, alice: Actor, source: Datasource, bob: Actor
) -> None:
    query = make_query(alice, source, DEPLOYS, "Deploys")
    answer = browse(bob).api("GET", f"/v1/queries/{query.id}/annotations")
    assert answer.status_code == 409 and "Run it once" in answer.json["detail"]


def test_the_form_offers_queries_by_name_and_the_chart_asks_for_the_chosen_one(
    browse: Browse, run_saved: Callable[[str, str], Query], alice: Actor, session: Session
) -> None:
    flights, deploys = run_saved(DAYS, "Flights a day"), run_saved(DEPLOYS, "Deploys")
    page = browse(alice)
    preview = f"/queries/{flights.id}/visualizations/preview"
    asked = {"kind": "line", "drawn": "line", "x": "day", "y": ["flights"], "annotations": str(deploys.id)}
    drawn = page.post(preview, asked, htmx=True).text
    assert f'<option value="{deploys.id}" selected>Deploys</option>' in drawn
    assert f'marks="/v1/queries/{deploys.id}/annotations"' in drawn
    form = {"name": "By day", **asked}
    assert page.post(f"/queries/{flights.id}/visualizations", form).status_code == 303
    assert session.get_one(Visualization, 1).options["annotations"] == deploys.id
    gone = page.post(f"/queries/{flights.id}/visualizations", form | {"annotations": "9999"})
    assert gone.status_code == 422 and "no query 9999 in your organisation" in gone.text


def test_the_query_of_another_organisation_is_refused(
    run_saved: Callable[[str, str], Query],
    alice: Actor,
    charlie: Actor,
    connection_fields: dict[str, Any],
) -> None:
    flights = run_saved(DAYS, "Flights a day")
    theirs = make_query(charlie, make_datasource(charlie, connection_fields), DEPLOYS, "Theirs")
    options = LINE | {"annotations": theirs.id}
    with db.transaction() as session, pytest.raises(Invalid) as refused:
        create_visualization(session, alice, flights, name="By day", kind="line", options=options)
    assert "annotations" in refused.value.fields
