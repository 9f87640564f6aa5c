from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import Invalid
from app.visualizations.check import check
from app.visualizations.defaults import best, for_kind, name_for
from app.visualizations.kinds.registry import kinds

ISLANDS = Path(__file__).parents[2] / "frontend_islands"


@dataclass(frozen=True)
class Column:
    name: str
    kind: str


def columns(**kinds: str) -> Sequence[Column]:
    return [Column(name, kind) for name, kind in kinds.items()]


FLIGHTS = columns(day="date", origin="text", flights="integer", delay="decimal")


def test_every_kind_is_found_in_order() -> None:
    assert list(kinds()) == [
        *("line", "area", "bar", "scatter", "pie", "heatmap", "histogram", "timeline"),
        *("map", "stat", "table"),
    ]


def test_every_kind_has_its_file_in_the_island_and_nothing_else_lies_there() -> None:
    drawn = {file.stem for file in (ISLANDS / "chart" / "kinds").glob("*.ts")}
    assert drawn == set(kinds()) - {"table"}  # that one is the grid


def test_every_field_is_an_option_and_has_an_icon() -> None:
    icons = (ISLANDS.parent / "static" / "icons.svg").read_text()
    for kind in kinds().values():
        names = {field.name for field in kind.fields}
        assert names <= set(kind.options.model_fields), kind.name
        assert not names & {"name", "kind", "drawn", "more"}  # fields of the form itself
        assert f'id="{kind.icon}"' in icons


@pytest.mark.parametrize(
    ("shape", "rows", "kind", "options"),
    [
        ({"day": "date", "n": "integer"}, 9, "line", {"x": "day", "y": ["n"], "series": None}),
        ({"n": "integer", "at": "timestamp", "m": "float"}, 9, "line", {"x": "at", "y": ["n", "m"]}),
        ({"day": "date", "origin": "text", "n": "integer"}, 9, "line", {"y": ["n"], "series": "origin"}),
        ({"month": "integer", "n": "integer"}, 12, "line", {"x": "month", "y": ["n"]}),
        ({"day": "date", "flight_id": "integer", "n": "integer"}, 9, "line", {"y": ["n"]}),
        (
            {"carrier": "text", "n": "integer", "delay": "decimal"},
            9,
            "bar",
            {"x": "carrier", "y": ["n", "delay"]},
        ),
        ({"a": "text", "b": "text", "n": "float"}, 9, "bar", {"x": "a", "series": "b", "stacked": True}),
        ({"late": "boolean", "n": "integer"}, 2, "bar", {"x": "late", "y": ["n"]}),
        ({"count": "integer"}, 1, "stat", {"value": "count"}),
        ({"day": "date", "n": "decimal"}, 1, "stat", {"value": "n"}),
        ({"a": "text", "b": "text"}, 9, "table", {}),
        ({"a": "json"}, 9, "table", {}),
        ({}, 0, "table", {}),
    ],
)
def test_a_first_drawing_suits_the_columns(
    shape: dict[str, str], rows: int, kind: str, options: dict[str, Any]
) -> None:
    found, suggested = best(columns(**shape), rows)
    assert found.name == kind
    assert options.items() <= suggested.model_dump().items()
    assert (
        check(name_for(found, suggested), kind, suggested.model_dump(), columns(**shape))
        == suggested.model_dump()
    )


def test_a_kind_that_is_chosen_starts_with_columns_that_fit() -> None:
    shape = columns(origin="text", day="date", delay="decimal")
    started = {name: for_kind(kind, shape, 9) for name, kind in kinds().items()}
    assert all(check("a", name, found, shape) == found for name, found in started.items() if name != "map")
    assert started["map"] == {}  # a number could be anything
    assert started["stat"]["value"] == "delay"
    assert (started["scatter"]["x"], started["scatter"]["y"]) == ("day", ["delay"])
    assert for_kind(kinds()["timeline"], columns(n="integer"), 9) == {}


@pytest.mark.parametrize(
    ("name", "kind", "options", "field"),
    [
        (" ", "table", {}, "name"),
        ("x" * 101, "table", {}, "name"),
        ("a\0", "table", {}, "name"),
        ("a", "spiral", {}, "kind"),
        ("a", "line", {"y": ["flights"]}, "x"),
        ("a", "line", {"x": "day"}, "y"),
        ("a", "line", {"x": "day", "y": []}, "y"),
        ("a", "line", {"x": "day", "y": ["gone"]}, "y"),
        ("a", "line", {"x": "day", "y": ["origin"]}, "y"),
        ("a", "line", {"x": "gone", "y": ["flights"]}, "x"),
        ("a", "line", {"x": "day", "y": ["flights"], "colour": "red"}, "colour"),
        ("a", "bar", {"x": "day", "y": ["flights"], "series": "gone"}, "series"),
        ("a", "bar", {"x": "day", "y": ["flights"], "top": "0"}, "top"),
        ("a", "bar", {"x": "day", "y": ["flights"], "top": "few"}, "top"),
        ("a", "bar", {"x": "day", "y": ["flights"], "sort": "sideways"}, "sort"),
        ("a", "line", {"x": "day", "y": ["flights"], "lines": "Target 90"}, "lines"),
        ("a", "line", {"x": "day", "y": ["flights"], "lines": "1;2;3;4;5;6;7;8;9"}, "lines"),
        ("a", "line", {"x": "day", "y": ["flights"], "time_zone": "Mars/Base"}, "time_zone"),
        ("a", "line", {"x": "day", "y": ["flights"], "right": ["gone"]}, "right"),
        ("a", "scatter", {"x": "origin", "y": ["flights"]}, "x"),
        ("a", "pie", {"x": "origin", "y": "flights", "top": 13}, "top"),
        ("a", "heatmap", {"x": "day", "y": "origin", "value": "origin"}, "value"),
        ("a", "heatmap", {"x": "day", "value": "flights"}, "y"),
        ("a", "histogram", {"value": "flights", "bins": 201}, "bins"),
        ("a", "histogram", {"value": "origin"}, "value"),
        ("a", "map", {}, "lat"),
        ("a", "map", {"lat": "flights"}, "lat"),
        ("a", "map", {"region": "gone"}, "region"),
        ("a", "map", {"lat": "origin", "lon": "flights"}, "lat"),
        ("a", "timeline", {"start": "origin", "state": "origin"}, "start"),
        ("a", "timeline", {"start": "day", "state": "origin", "time_zone": "Mars/Base"}, "time_zone"),
        ("a", "stat", {"value": "flights", "target": "inf"}, "target"),
        ("a", "stat", {"value": "flights", "warn": 80, "bad": 90}, "bad"),
        ("a", "stat", {"value": "flights", "better": "lower", "warn": 80, "bad": 70}, "bad"),
        ("a", "stat", {"value": "gone"}, "value"),
        ("a", "stat", {"value": "flights", "label": "x" * 101}, "label"),
    ],
)
def test_what_cannot_be_drawn_is_named(name: str, kind: str, options: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        check(name, kind, options, FLIGHTS)
    assert list(caught.value.fields) == [field]


def test_without_a_result_only_the_shape_is_checked() -> None:
    assert check("a", "stat", {"value": "anything"}, None)["value"] == "anything"


def test_a_table_keeps_how_its_columns_are_shown() -> None:
    options = kinds()["table"].options
    rule = {"op": "gt", "value": "10", "colour": "red", "row": True}
    column = {
        "name": "delay",
        "number": {"decimals": 1},
        "rules": [rule],
        "link": "https://example.com/{value}",
    }
    stored = options.model_validate({"columns": [column, {"name": "id", "hidden": True}]}).model_dump()
    assert stored["columns"][0]["rules"] == [rule]
    assert stored["columns"][1]["hidden"] is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"link": "javascript:alert(1)"},
        {"link": "https://{host}/x"},
        {"link": "//example.com"},
        {"zone": "Mars/Olympus"},
        {"rules": [{"op": "gt", "value": "1", "colour": "#ff0000"}]},
        {"number": {"decimals": 21}},
        {"ageing": {"old_s": 60, "very_old_s": 30}},
        {"total": "median"},
        {"colour": "red"},
    ],
)
def test_a_table_refuses_settings_that_make_no_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        check("Table", "table", {"columns": [{"name": "a"} | wrong]}, None)
    assert caught.value.fields.keys() == {"columns"}


def test_reference_lines_are_read_as_a_person_writes_them() -> None:
    options = {"x": "day", "y": ["flights"], "lines": "90 Target;  -1.5e3;; 120 The limit "}
    assert check("a", "line", options, FLIGHTS)["lines"] == [
        {"value": 90.0, "label": "Target"},
        {"value": -1500.0, "label": ""},
        {"value": 120.0, "label": "The limit"},
    ]


def test_options_that_an_earlier_release_stored_are_still_drawn() -> None:
    stored = {"x": "day", "y": ["flights"], "series": None, "stacked": True}
    for name in ("line", "bar"):
        assert stored.items() <= check("a", name, stored, FLIGHTS).items()
