"""A choice that comes from a query is told which one by its name."""

from collections.abc import Callable

import pytest

from app.accounts.allow import Actor
from tests.browsing import Browser
from tests.makers import make_query

Browse = Callable[[Actor | None], Browser]
PATH = "/queries/sources?name=origin"


@pytest.fixture(autouse=True)
def some(alice, source) -> None:
    for name in ("Airports <b>", "Carriers", "Days"):
        make_query(alice, source, "select 1 as value", name)


def test_what_is_searched_is_offered_and_what_is_chosen_stays(browse: Browse, alice):
    html = browse(alice).get(f"{PATH}&q=airp&chosen=2", htmx=True).text
    assert 'name="param.origin.choices_from" value="2" checked' in html
    assert "Airports &lt;b&gt;" in html and "Carriers" in html
    assert "Days" not in html
    again = browse(alice).get(f"{PATH}&q=&chosen=2&param.origin.choices_from=3", htmx=True).text
    assert 'value="3" checked' in again and 'value="2" checked' not in again


def test_one_that_is_gone_is_said_to_be(browse: Browse, alice):
    browse(alice).post("/queries/2/archival")
    assert "Query 2, which is not there" in browse(alice).get(f"{PATH}&chosen=2", htmx=True).text


def test_a_stranger_is_offered_none_of_it_and_a_viewer_chooses_nothing(browse: Browse, charlie, bob):
    html = browse(charlie).get(f"{PATH}&chosen=2", htmx=True).text
    assert "Carriers" not in html and "No query holds that" in html
    assert browse(bob).get(PATH, htmx=True).status_code == 403
