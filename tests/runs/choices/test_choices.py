"""Choices that another query gives: as they are, while it runs, and when it does not serve."""

from collections.abc import Callable
from typing import Any

import pytest

from app.accounts.allow import Actor
from app.core import db
from app.core.errors import Invalid
from app.datasources.models import Datasource
from app.queries.models import Query
from app.queries.parameters import Declared, ParameterKind
from app.queries.save import save_version
from app.runs.execute import execute_run
from tests.browsing import Browser
from tests.makers import make_query

Browse = Callable[[Actor | None], Browser]
FROM = "select * from (values ('JFK', 'New York', 'US'), ('TXL', 'Berlin', 'DE')) a(value, name, country)"


def make_city(alice: Actor, source: Datasource, source_sql: str = FROM, **declared: Any) -> Query:
    """Query 2, whose parameter `city` takes its choices from query 1."""
    listed = make_query(alice, source, source_sql, "Airports", tuple(declared.pop("of_source", ())))
    city = Declared("city", ParameterKind.CHOICE, choices_from=listed.id, **declared)
    return make_query(alice, source, "select {{ city }}", "City", (city,))


def ask(page: Browser, **fields: str) -> str:
    answer = page.post("/queries/1/choices", {"for": "city", "kind": "choice"} | fields, htmx=True)
    assert answer.status_code == 200
    return answer.text


def test_a_viewer_gets_the_choices_once_the_query_has_run(
    browse: Browse, alice: Actor, bob: Actor, source: Datasource
) -> None:
    make_city(alice, source)
    page = browse(bob)
    assert 'hx-post="/queries/1/choices"' in page.get("/queries/2").text
    waiting = ask(page, **{"param.city.value": "TXL"})
    assert "load delay" in waiting and 'aria-busy="true"' in waiting and 'value="TXL"' in waiting
    execute_run(1)
    ready = ask(page, **{"param.city.value": "TXL"})
    assert "load delay" not in ready
    assert '<option value="TXL" selected>Berlin</option>' in ready
    assert '<option value="JFK">New York</option>' in ready


def test_a_list_that_is_fresh_enough_is_not_run_again(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    make_city(alice, source)
    page = browse(alice)
    ask(page)
    execute_run(1)
    ask(page)
    assert page.get("/runs/2").status_code == 404


def test_many_are_boxes_and_keep_what_is_chosen(browse: Browse, alice: Actor, source: Datasource) -> None:
    make_city(alice, source)
    page = browse(alice)
    ask(page)
    execute_run(1)
    text = ask(page, kind="choices", **{"param.city.value": "OLD"})
    assert '<input type="checkbox" name="param.city.value" value="OLD" checked' in text
    assert '<input type="checkbox" name="param.city.value" value="JFK" data-passing' in text


def test_choices_depend_on_a_parameter_of_the_same_name(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    country = Declared("country", ParameterKind.TEXT)
    listed = make_query(alice, source, f"{FROM} where country = {{{{ country }}}}", "Airports", (country,))
    city = Declared("city", ParameterKind.CHOICE, choices_from=listed.id)
    make_query(alice, source, "select {{ country }}, {{ city }}", "City", (country, city))
    page = browse(alice)
    without = ask(page, **{"param.country.value": ""})
    assert "Waiting for country. This needs a value." in without and 'data-needs="country"' in without
    ask(page, **{"param.country.value": "DE"})
    execute_run(1)
    text = ask(page, **{"param.country.value": "DE"})
    assert "Berlin" in text and "New York" not in text


@pytest.mark.parametrize(
    ("sql", "of", "words"),
    [
        ("select nope", "text", "Airports gives no choices: column"),
        ("select 1 as a, 2 as b", "text", "must return the columns value and name; its columns are: a, b."),
        ("select 'x' as value", "integer", "gives “x”, which is no integer"),
    ],
)
def test_a_query_that_does_not_serve_says_so_at_the_field(
    browse: Browse, alice: Actor, source: Datasource, sql: str, of: str, words: str
) -> None:
    make_city(alice, source, sql)
    page = browse(alice)
    assert '"run": 1' in ask(page, of=of).replace("&#34;", '"')
    execute_run(1)
    text = ask(page, of=of, run="1", **{"param.city.value": "mine"})
    assert "load delay" not in text and page.get("/runs/2").status_code == 404
    assert words in text.replace("&#34;", '"')
    assert 'type="text" name="param.city.value" value="mine"' in text
    assert page.get("/queries/2").status_code == 200


def test_a_hostile_choice_stays_text(browse: Browse, alice: Actor, source: Datasource) -> None:
    make_city(alice, source, "select '<script>alert(1)</script>' as value, '\"><img src=x>' as name")
    page = browse(alice)
    ask(page)
    execute_run(1)
    text = ask(page)
    assert "<script>" not in text and "<img" not in text


def test_an_archived_source_is_said_and_a_strangers_is_none(
    browse: Browse, alice: Actor, charlie: Actor, source: Datasource
) -> None:
    make_city(alice, source)
    assert "is not there" in ask(browse(charlie))
    assert browse(charlie).api("POST", "/v1/queries/2/parameters/city/choices", {}).status_code == 404
    browse(alice).post("/queries/1/archival")
    assert "is not there" in ask(browse(alice))
    assert browse(alice).post("/queries/1/choices", {"for": "x", "of": "money"}).status_code == 422


def test_queries_that_would_wait_for_each_other_are_refused(alice: Actor, source: Datasource) -> None:
    city = make_city(alice, source)
    with pytest.raises(Invalid, match="wait for each other"):
        _resave(alice, source, city.id, city.id)
    with pytest.raises(Invalid, match="City takes its choices from this query"):
        _resave(alice, source, 1, city.id)


def _resave(alice: Actor, source: Datasource, query_id: int, from_id: int) -> None:
    with db.transaction() as session:
        query = session.get_one(Query, query_id)
        save_version(
            session,
            alice,
            query,
            name=query.name,
            description="",
            datasource_id=source.id,
            sql="select {{ other }}",
            parameters=[Declared("other", ParameterKind.CHOICE, choices_from=from_id)],
            based_on=1,
        )


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ((Declared("city", ParameterKind.CHOICE, choices_from=99),), "There is no query 99"),
        ((Declared("city", ParameterKind.CHOICE, choices_from=1),), "depend on its own value"),
    ],
)
def test_a_source_that_cannot_serve_is_refused_at_its_parameter(
    alice: Actor, source: Datasource, parameters: tuple[Declared, ...], words: str
) -> None:
    make_query(
        alice, source, "select {{ city }} as value", "By city", (Declared("city", ParameterKind.TEXT),)
    )
    with pytest.raises(Invalid) as caught:
        make_query(alice, source, "select {{ city }}", "City", parameters)
    assert words in caught.value.fields["parameters.city"]


def test_a_source_that_needs_more_is_refused(alice: Actor, source: Datasource) -> None:
    needs = (Declared("country", ParameterKind.TEXT),)
    with pytest.raises(Invalid, match="Airports needs a value for country"):
        make_city(alice, source, f"{FROM} where country = {{{{ country }}}}", of_source=needs)


def test_the_api_lists_choices(browse: Browse, alice: Actor, bob: Actor, source: Datasource) -> None:
    make_city(alice, source)
    page = browse(bob)
    path = "/v1/queries/2/parameters/city/choices"
    asked = page.api("POST", path, {})
    assert (asked.status_code, asked.json["state"], asked.json["run_id"]) == (202, "waiting", 1)
    execute_run(1)
    found = page.api("POST", path, {}).json
    assert found["choices"][0] == {"value": "JFK", "name": "New York"}
    assert page.api("POST", "/v1/queries/2/parameters/nope/choices", {}).status_code == 404
