"""The schema browser: a tree that loads as it is opened, for editors only."""

import json
import re

import pytest

from app.core import db
from app.datasources.catalog.models import Catalog
from app.datasources.connection import open_connection, seal_connection
from app.datasources.models import Datasource
from tests.datasources.catalog.conftest import read_again
from tests.makers import make_query

FLIGHTS = "schema=shop&name=flights"
PLACES = ("", "/tree", "/relations?schema=shop", f"/columns?{FLIGHTS}", f"/details?{FLIGHTS}")


def inserts(html: str) -> list[str]:
    return [text.replace("&#34;", '"') for text in re.findall(r'data-insert="([^"]*)"', html)]


@pytest.mark.parametrize("place", PLACES)
def test_a_stranger_sees_404_and_a_viewer_403(read, browse, charlie, bob, place):
    assert browse(charlie).get(f"/datasources/{read.id}/catalog{place}", htmx=True).status_code == 404
    assert browse(bob).get(f"/datasources/{read.id}/catalog{place}", htmx=True).status_code == 403


def test_a_stranger_and_a_viewer_cannot_have_it_read(read, browse, charlie, bob):
    assert browse(charlie).post(f"/datasources/{read.id}/catalog/refresh").status_code == 404
    assert browse(bob).post(f"/datasources/{read.id}/catalog/refresh").status_code == 403
    assert browse(charlie).get(f"/datasources/catalog?datasource_id={read.id}").status_code == 404


def test_the_only_schema_is_open(read, browse, alice):
    html = browse(alice).get(f"/datasources/catalog?datasource_id={read.id}", htmx=True).text
    assert inserts(html) == ["shop", 'shop."Order"', "shop.cheap", "shop.flights"]
    assert 'aria-expanded="true"' in html
    assert "3 tables and views" in html
    assert "One &lt;b&gt;row&lt;/b&gt;" in html


def test_several_schemas_are_closed_and_load_when_opened(made, source, browse, alice):
    made.execute("create schema attic; create table attic.old (a int)")
    try:
        read_again(source)
    finally:
        made.execute("drop schema attic cascade")
    html = browse(alice).get(f"/datasources/{source.id}/catalog", htmx=True).text
    assert inserts(html) == ["attic", "shop"]
    assert f"/datasources/{source.id}/catalog/relations?schema=attic" in html
    html = browse(alice).get(f"/datasources/{source.id}/catalog/relations?schema=attic", htmx=True).text
    assert inserts(html) == ["attic.old"]


def test_a_table_tells_its_columns_and_on_demand_its_keys(read, browse, alice):
    base = f"/datasources/{read.id}/catalog"
    html = browse(alice).get(f"{base}/columns?schema=shop&name=flights&level=3", htmx=True).text
    assert inserts(html) == ["id", "carrier", '"Odd Column"']
    assert "numeric(12,2)" in html
    assert 'aria-level="3"' in html
    html = browse(alice).get(f"{base}/details?schema=shop&name=flights&level=4", htmx=True).text
    assert 'aria-level="4"' in html
    assert "PRIMARY KEY (id)" in html
    assert "unique btree (id)" in html


def test_keys_of_a_source_that_is_away_are_an_error_in_their_place(read, made, browse, alice):
    with db.transaction() as session:
        stored = session.get_one(Datasource, read.id)
        stored.sealed_connection = seal_connection(open_connection(stored) | {"password": "wrong"})
    answer = browse(alice).get(f"/datasources/{read.id}/catalog/details?schema=shop&name=flights", htmx=True)
    assert (answer.status_code, "refused the user" in answer.text) == (200, True)


def test_a_table_that_is_gone_is_404_with_a_sentence(read, browse, alice):
    answer = browse(alice).get(f"/datasources/{read.id}/catalog/columns?schema=shop&name=nope", htmx=True)
    assert (answer.status_code, "no longer among" in answer.text) == (404, True)


def test_the_filter_shows_schemas_and_says_when_nothing_fits(read, browse, alice):
    html = browse(alice).get(f"/datasources/{read.id}/catalog/tree?q=FLI", htmx=True).text
    assert inserts(html) == ["shop.flights"]
    assert "shop." in html
    html = browse(alice).get(f"/datasources/{read.id}/catalog/tree?q=<zebra>", htmx=True).text
    assert "No table and no column is called “&lt;zebra&gt;”" in html
    html = browse(alice).get(f"/datasources/{read.id}/catalog/tree?q=", htmx=True).text
    assert inserts(html)[0] == "shop"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("CARR", [("cheap", "carrier"), ("flights", "carrier")]),
        ("fli.odd", [("flights", "Odd Column")]),
        ("shop.order.", [("Order", "a")]),
        ("other.flights.id", []),
    ],
)
def test_the_filter_finds_columns_too(read, browse, alice, words, found):
    page = browse(alice)
    answer = page.api("GET", f"/v1/datasources/{read.id}/catalog?q={words}").json
    assert sorted((each["relation"], each["name"]) for each in answer["columns"]) == found
    html = page.get(f"/datasources/{read.id}/catalog/tree?q={words}", htmx=True).text
    for relation, column in found:
        assert f'<span class="tree-before">{relation}.</span>{column}' in html


def test_a_preview_is_an_ordinary_run_of_fifty_rows(read, browse, alice):
    html = browse(alice).get(f"/datasources/{read.id}/catalog/tree?q=order", htmx=True).text
    sent = re.search(r"hx-vals='([^']*)'", html)
    assert sent
    values = json.loads(sent[1].replace("\\u0022", '"'))
    assert values == {"sql": 'select * from shop."Order" limit 50', "datasource_id": read.id}
    answer = browse(alice).post("/runs", values, htmx=True)
    assert (answer.status_code, "Run " in answer.text) == (200, True)


def test_what_was_never_read_asks_for_it(source, browse, alice):
    html = browse(alice).get(f"/datasources/{source.id}/catalog", htmx=True).text
    assert f'hx-post="/datasources/{source.id}/catalog/refresh"' in html
    html = browse(alice).post(f"/datasources/{source.id}/catalog/refresh", htmx=True).text
    assert "Reading the tables" in html
    assert f'hx-get="/datasources/{source.id}/catalog"' in html


def test_a_failed_reading_says_why_and_keeps_the_old_tree(read, browse, alice):
    with db.transaction() as session:
        catalog = session.get_one(Catalog, read.id)
        catalog.state, catalog.error = "failed", "The <server> is away."
    html = browse(alice).get(f"/datasources/{read.id}/catalog", htmx=True).text
    assert "The &lt;server&gt; is away." in html
    assert inserts(html)[0] == "shop"


def test_an_empty_database_says_so(made, source, browse, alice):
    made.execute("drop schema shop cascade")
    read_again(source)
    html = browse(alice).get(f"/datasources/{source.id}/catalog", htmx=True).text
    assert "Nothing to read" in html


def test_the_workbench_holds_the_browser_for_editors_only(read, browse, alice, bob, dana):
    query = make_query(alice, read)
    assert 'data-side="tables"' in browse(alice).get(f"/queries/{query.id}").text
    assert 'data-side="tables"' not in browse(bob).get(f"/queries/{query.id}").text
