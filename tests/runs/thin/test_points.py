"""Thinned lines: what is seen of all rows, by the API and against a count by hand."""

import math
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
import pytest

from app.accounts.allow import Actor
from app.datasources.models import Datasource
from app.runs.models import Run
from app.runs.thin.m4 import seen
from tests.browsing import Browser
from tests.makers import run_now

Browse = Callable[[Actor | None], Browser]
SQL = """
select timestamptz '2013-06-01 UTC' + n * interval '1 minute' as at, n, (n * 7919) % 1000 - 500 as value,
       case when n % 10 = 3 then null else n * 0.5 end::numeric(12, 1) as half,
       (array['a', 'b', null])[1 + n % 3] as who, 'text' as words, 'NaN'::float8 as nothing
  from generate_series(0, 29999) n where n not between 12000 and 17999 order by (n * 7) % 24001
"""


@pytest.fixture
def run(alice: Actor, source: Datasource) -> Run:
    return run_now(alice, source, SQL)


Ask = Callable[..., Any]


@pytest.fixture
def ask(browse: Browse, alice: Actor, run: Run) -> Ask:
    caller = browse(alice)
    return lambda **asked: caller.api(
        "GET", f"/v1/runs/{run.id}/points?{urlencode(asked, doseq=True)}".replace("from_", "from")
    )


def test_each_step_keeps_its_ends_and_its_extremes() -> None:
    ys = [math.sin(at / 90) * 100 + (at * 7919) % 13 for at in range(10_000)]
    ys[4321] = 900.0
    ys[4322] = -900.0
    found = seen(pa.array(map(float, range(10_000))), [pa.array(ys)], 0.0, 9999.0, 100)
    expected = set()
    for step in range(100):
        own = [at for at in range(10_000) if min(int(at / 99.99), 99) == step]
        expected |= {own[0], own[-1], min(own, key=ys.__getitem__), max(own, key=ys.__getitem__)}
    assert set(found.places) == expected
    assert found.holes == []
    assert len(found.places) <= 400


def test_few_points_are_all_seen() -> None:
    assert seen(pa.array([1.0, 2.0]), [pa.array([None, 3.0])], 1.0, 2.0, 100).places == [0, 1]


def test_a_line_over_all_rows_is_sorted_and_leaves_the_hole_open(ask: Ask) -> None:
    found = ask(x="at", y=["value", "half"], steps=200).json
    x, value, half = found["values"]
    assert found["row_count"] == found["range_row_count"] == 24_000
    assert x == sorted(x) and len(x) < 200 * 8
    assert (min(v for v in value if v is not None), max(v for v in value if v is not None)) == (-500, 499)
    start = 1_370_044_800_000
    hole = [at for at, v, h in zip(x, value, half, strict=True) if v is None and h is None]
    assert len(hole) == 1 and start + 12_000 * 60_000 <= hole[0] < start + 18_000 * 60_000


def test_a_range_is_seen_in_detail(ask: Ask) -> None:
    found = ask(x="n", y="value", from_=100, to=299.5).json
    assert found["range_row_count"] == 200
    assert found["values"][0] == list(map(float, range(100, 300)))
    assert ask(x="n", y="value", from_=13_000, to=14_000).json["values"] == [[], []]


def test_each_series_is_a_line_of_its_own(ask: Ask) -> None:
    found = ask(x="n", y="value", series="who", steps=100).json
    x, _, who = found["values"]
    assert found["series_count"] == 3 and [column["name"] for column in found["columns"]] == [
        *("n", "value", "who")
    ]
    for name in ("a", "b", None):
        own = [at for at, each in zip(x, who, strict=True) if each == name]
        assert own == sorted(own) and own[0] < 3 and own[-1] > 29_990


def test_what_has_no_place_on_an_axis_is_null(ask: Ask) -> None:
    assert ask(x="nothing", y="value").json["range_row_count"] == 0
    assert set(ask(x="n", y="nothing", steps=10).json["values"][1]) == {None}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"y": "value"}, "x"),
        ({"x": "gone", "y": "value"}, "x"),
        ({"x": "words", "y": "value"}, "x"),
        ({"x": "n"}, "y"),
        ({"x": "n", "y": "who"}, "y"),
        ({"x": "n", "y": ["value", "gone"]}, "y"),
        ({"x": "n", "y": "value", "series": "gone"}, "series"),
        ({"x": "n", "y": "value", "from_": "soon"}, "from"),
        ({"x": "n", "y": "value", "to": "nan"}, "to"),
        ({"x": "n", "y": "value", "from_": 5, "to": 5}, "to"),
        ({"x": "n", "y": "value", "steps": 0}, "steps"),
        ({"x": "n", "y": "value", "steps": 4001}, "steps"),
    ],
)
def test_bad_questions_are_named(ask: Ask, asked: dict[str, Any], field: str) -> None:
    answer = ask(**asked)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]


def test_who_may_not_see_the_run_sees_404_and_nobody_is_asked_to_sign_in(
    browse: Browse, charlie: Actor, bob: Actor, alice: Actor, run: Run
) -> None:
    path = f"/v1/runs/{run.id}/points?x=n&y=value"
    for stranger in (charlie, bob):  # it is of no saved query
        assert browse(stranger).api("GET", path).status_code == 404
    assert browse(alice).api("GET", path).status_code == 200
    assert browse(None).api("GET", path).status_code == 401
