from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.datasources.connectors.base import BoundValue, Position, ValueKind
from app.queries.bind import bind, rebind
from app.queries.given import NamedValue
from app.queries.infer import infer
from app.queries.parameters import Declared, ParameterKind
from app.queries.placeholders import parse_template

CARRIER = parse_template("select {{ carrier }}, {{ carrier }}")
PERIOD = parse_template("select {{ period.start }}, {{ period.end }}")
TEXT = [Declared("carrier", ParameterKind.TEXT)]
RANGE = [Declared("period", ParameterKind.DATE_RANGE, "2013-01-01", "2013-01-31")]


def problem(template: Any, declared: Any, given: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        bind(template, declared, given)
    return caught.value.fields


def test_a_value_used_twice_is_bound_once() -> None:
    statement = bind(CARRIER, TEXT, {"carrier": "UA'; drop table x"}).statement("run 1")
    assert statement.slots == (0, 0)
    assert statement.values == (BoundValue(ValueKind.TEXT, "UA'; drop table x"),)
    assert statement.comment == "run 1"


def test_a_default_stands_in_and_null_is_a_value() -> None:
    declared = [Declared("carrier", ParameterKind.TEXT, "AA")]
    assert bind(CARRIER, declared, {}).values[0].text == "AA"
    declared = [Declared("carrier", ParameterKind.TEXT, "AA", required=False)]
    assert bind(CARRIER, declared, {"carrier": None}).values[0].text is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("2013-01-01", "2013-01-31")),
        ({"period": {"start": "2013-01-05", "end": "2013-01-06"}}, ("2013-01-05", "2013-01-06")),
        ({"period": {"end": "2013-01-06"}}, ("2013-01-01", "2013-01-06")),
        ({"period": "2013-01-05..2013-01-06"}, ("2013-01-05", "2013-01-06")),
        ({"period": {"kind": "date_range", "value": "2013-01-05..2013-01-05"}}, ("2013-01-05", "2013-01-05")),
    ],
)
def test_a_range_is_two_dates(given: Any, expected: tuple[str, str]) -> None:
    values = bind(PERIOD, RANGE, given).values
    assert [value.name for value in values] == ["period.start", "period.end"]
    assert tuple(value.text for value in values) == expected


@pytest.mark.parametrize(
    ("template", "declared", "given", "name", "word"),
    [
        (CARRIER, TEXT, {}, "carrier", "needs a value"),
        (CARRIER, [], {}, "carrier", "no kind"),
        (CARRIER, TEXT, {"carrier": "AA", "x": 1}, "x", "no such placeholder"),
        (CARRIER, [Declared("carrier", ParameterKind.INTEGER)], {"carrier": "AA"}, "carrier", "whole number"),
        (CARRIER, TEXT, {"carrier": {"kind": "integer", "value": 1}}, "carrier", "is text here"),
        (CARRIER, [Declared("carrier", ParameterKind.DATE_RANGE)], {}, "carrier", "{{ carrier.start }}"),
        (PERIOD, [Declared("period", ParameterKind.DATE)], {}, "period", "needs the kind date range"),
        (PERIOD, RANGE, {"period": "2013-02-01..2013-01-01"}, "period", "before it starts"),
        (PERIOD, RANGE, {"period": "some days"}, "period", "2013-01-01..2013-01-31"),
        (PERIOD, RANGE, {"period": None}, "period", "a start and an end"),
        (CARRIER, TEXT, {"carrier": None}, "carrier", "needs a value"),
        (PERIOD, RANGE, {"period": {"start": "x", "end": "2013-01-01"}}, "period", "Start: "),
        (PERIOD, RANGE, {"period": {"from": "x"}}, "period", "start and an end"),
        (PERIOD, RANGE, {"period": {}}, "period", "start and an end"),
        (PERIOD, [Declared("period", ParameterKind.DATE_RANGE)], {}, "period", "a start and an end"),
    ],
)
def test_what_does_not_fit_is_named(template: Any, declared: Any, given: Any, name: str, word: str) -> None:
    fields = problem(template, declared, given)
    assert list(fields) == [f"parameters.{name}"]
    assert word in fields[f"parameters.{name}"]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (True, "boolean", "true"),
        (5, "integer", "5"),
        (1.5, "decimal", "1.5"),
        ("5", "text", "5"),
        (None, "text", None),
        ({"kind": "date", "value": "2013-01-01"}, "date", "2013-01-01"),
    ],
)
def test_kinds_are_inferred_from_json(value: object, kind: str, text: str | None) -> None:
    values = {"carrier": value}
    bound = bind(CARRIER, infer(CARRIER, values), values)
    assert bound.values == (NamedValue("carrier", ValueKind(kind), text),)


def test_a_range_is_inferred_from_its_object_or_its_use() -> None:
    for value in ({"start": "2013-01-01", "end": "2013-01-02"}, "2013-01-01..2013-01-02"):
        values = {"period": value}
        assert infer(PERIOD, values) == [Declared("period", ParameterKind.DATE_RANGE, required=False)]
        assert len(bind(PERIOD, infer(PERIOD, values), values).values) == 2


@pytest.mark.parametrize("value", [[1, "a"], [[1]], {"kind": "money", "value": 1}, {"kind": [], "value": 1}])
def test_a_kind_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(Invalid) as caught:
        infer(CARRIER, {"carrier": value})
    assert "parameters.carrier" in caught.value.fields


def test_bound_values_can_be_bound_again() -> None:
    bound = bind(PERIOD, RANGE, {})
    assert rebind(PERIOD, list(reversed(bound.values))) == bound
    with pytest.raises(Invalid):
        rebind(PERIOD, bound.values[:1])


def test_a_position_is_found_in_the_text_as_written() -> None:
    template = parse_template("select {{ carrier }}, nme")
    bound = bind(template, TEXT, {"carrier": "AA"})
    assert template.sql[bound.place(Position(1, 2)) - 1 :] == "nme"
    assert bound.place(Position(0, 0)) == 1
    assert bound.place(Position(9, 99)) == len(template.sql) + 1


@generated(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=200))
def test_text_arrives_as_given(text: str) -> None:
    assert bind(CARRIER, TEXT, {"carrier": text}).statement().values[0].text == text
