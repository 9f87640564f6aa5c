"""Each kind of parameter, from what is given to the value that is bound, or a sentence why not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.datasources.connectors.base import ValueKind
from app.queries.bind import Bound, bind
from app.queries.declare import declare
from app.queries.infer import infer
from app.queries.parameters import Choice, Declared, ParameterKind
from app.queries.placeholders import parse_template
from app.queries.relative.words import When

ONE = parse_template("select {{ x }}")
RANGE = parse_template("select {{ x.start }}, {{ x.end }}")
REGIONS = (Choice("EU", "Europe"), Choice("US"), Choice("A,\"P'\\"))
REGION = Declared("x", ParameterKind.CHOICE, choices=REGIONS)
MANY = Declared("x", ParameterKind.CHOICES, choices=REGIONS)
SPAN = Declared("x", ParameterKind.TIMESTAMP_RANGE)


def berlin() -> When:
    """The day on which Berlin's clocks went forward."""
    return When(datetime(2026, 3, 29, 10, tzinfo=UTC), "Europe/Berlin")


def bound(item: Declared, value: Any = ..., sql: str = "") -> Bound:
    template = parse_template(sql) if sql else RANGE if item.kind.is_range else ONE
    given = {} if value is ... else {"x": value}
    return bind(template, [item], given, berlin)


def refusal(item: Declared, value: Any = ...) -> str:
    with pytest.raises(Invalid) as caught:
        bound(item, value)
    assert list(caught.value.fields) == ["parameters.x"]
    return caught.value.fields["parameters.x"]


def test_a_choice_is_one_of_its_list() -> None:
    assert bound(REGION, "EU").values[0].text == "EU"
    assert "not one of the choices: EU, US" in refusal(REGION, "eu")
    assert refusal(REGION) == refusal(REGION, "") == "Choose one."


def test_many_choices_are_one_array_without_repeats_and_in_order() -> None:
    value = bound(MANY, ["US", "EU", "US"]).values[0]
    assert (value.kind, value.text) == (ValueKind.TEXT_ARRAY, '["EU","US"]')
    assert json.loads(bound(MANY, [REGIONS[2].value]).values[0].text or "") == [REGIONS[2].value]
    assert bound(MANY, "US").values[0].text == '["US"]'
    assert refusal(MANY, []) == "Choose at least one."
    assert "'Asia' is not one" in refusal(MANY, ["EU", "Asia"])


def test_choices_are_typed() -> None:
    numbers = (Choice("1"), Choice("10"))
    item = Declared("x", ParameterKind.CHOICES, of=ValueKind.INTEGER, choices=numbers)
    assert bound(item, [10, "01"]).values[0].text == '["1","10"]'
    assert bound(item, [10]).values[0].kind is ValueKind.INTEGER_ARRAY
    assert "whole number" in refusal(item, ["ten"])


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (["b", "a"], "text[]", '["a","b"]'),
        ([2, 1], "integer[]", '["1","2"]'),
        ([1, 2.5], "decimal[]", '["1","2.5"]'),
        ([True], "boolean[]", '["true"]'),
    ],
)
def test_a_list_given_for_sql_is_an_array(value: list[object], kind: str, text: str) -> None:
    given = {"x": value}
    value_ = bind(ONE, infer(ONE, given), given).values[0]
    assert (value_.kind, value_.text) == (kind, text)


def test_text_fits_its_pattern_as_a_whole() -> None:
    item = Declared("x", ParameterKind.TEXT, pattern="[A-Z]{2}|x")
    assert bound(item, "UA").values[0].text == "UA"
    for text in ("UAL", "ua", "", "UA\n", "x\nUA"):
        assert refusal(item, text) == "This does not fit the pattern [A-Z]{2}|x"


def test_no_pattern_takes_long() -> None:
    item = Declared("x", ParameterKind.TEXT, pattern="(a*)*b")
    assert "does not fit" in refusal(item, "a" * 100_000)


def test_a_range_of_time_is_absolute_in_the_zone() -> None:
    found = bound(SPAN, "today")
    assert [value.text for value in found.values] == [
        "2026-03-29 00:00:00+01:00",
        "2026-03-30 00:00:00+02:00",
    ]
    assert [value.words for value in found.values] == ["today", "today"]
    assert found.zone == "Europe/Berlin"
    written = bound(SPAN, {"start": "2026-03-29T01:00", "end": "2026-03-29 04:00"})
    assert [v.text for v in written.values] == ["2026-03-29 01:00:00+01:00", "2026-03-29 04:00:00+02:00"]
    exact = bound(SPAN, "2026-03-29 01:00Z..2026-03-29 02:00Z")
    assert [v.text for v in exact.values] == ["2026-03-29 01:00:00+00:00", "2026-03-29 02:00:00+00:00"]
    assert (exact.zone, exact.values[0].words) == (None, None)


def test_the_bounds_of_a_range_may_each_be_words() -> None:
    item = Declared("x", ParameterKind.DATE_RANGE)
    found = bound(item, "7 days ago..yesterday")
    assert [(v.text, v.words) for v in found.values] == [
        ("2026-03-22", "7 days ago"),
        ("2026-03-28", "yesterday"),
    ]
    assert "before it starts" in refusal(item, "today..yesterday")
    assert refusal(item, {"start": "2026-01-01", "end": ""}) == "This needs a start and an end."
    assert refusal(item, "last fortnight").startswith("Write words such as last 7 days")


def test_a_date_and_a_time_may_be_words() -> None:
    assert bound(Declared("x", ParameterKind.DATE), "yesterday").values[0].text == "2026-03-28"
    value = bound(Declared("x", ParameterKind.TIMESTAMP), "Now").values[0]
    assert (value.text, value.words) == ("2026-03-29 12:00:00+02:00", "now")
    assert "such as yesterday" in refusal(Declared("x", ParameterKind.DATE), "soon")


def test_what_is_absent_is_null_or_leaves_its_clause_out() -> None:
    free = Declared("x", ParameterKind.INTEGER, required=False)
    assert bound(free, None).values[0].text is None
    assert bound(free, "", "select 1 [[where 1 = {{ x }}]]").values == ()
    kept = bound(free, 5, "select 1 [[where 1 = {{ x }}]]")
    assert (kept.values[0].text, kept.template.names) == ("5", ("x",))
    assert "where" not in bound(free, None, "select 1 [[where 1 = {{ x }}]]").template.sql


def test_what_stands_in_clauses_only_is_optional_unless_it_says_otherwise() -> None:
    sql = "select 1 [[where {{ x }}]]"
    assert bound(Declared("x", ParameterKind.BOOLEAN), ..., sql).values == ()
    with pytest.raises(Invalid):
        bound(Declared("x", ParameterKind.BOOLEAN, required=True), ..., sql)
    assert bind(parse_template(sql), [], {}).values == ()


def test_a_default_in_words_is_read_at_each_run() -> None:
    assert bound(Declared("x", ParameterKind.DATE_RANGE, "last 7 days")).values[0].text == "2026-03-23"
    assert bound(Declared("x", ParameterKind.CHOICES, '["US"]', choices=REGIONS)).values[0].text == '["US"]'


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (Declared("x", ParameterKind.TEXT, pattern="("), "This pattern cannot be used: missing )"),
        (Declared("x", ParameterKind.TEXT, pattern="(?=a)"), "cannot be used"),
        (Declared("x", ParameterKind.TEXT, pattern="a)b("), "cannot be used"),
        (Declared("x", ParameterKind.TEXT, pattern="x" * 501), "at most 500"),
        (Declared("x", ParameterKind.TEXT, "ab", pattern="a"), "does not fit the pattern"),
        (Declared("x", ParameterKind.CHOICE), "Write the choices"),
        (Declared("x", ParameterKind.CHOICE, choices=(Choice("a"), Choice("a"))), "there twice"),
        (Declared("x", ParameterKind.CHOICE, "c", choices=REGIONS), "not one of the choices"),
        (
            Declared("x", ParameterKind.CHOICE, of=ValueKind.DATE, choices=REGIONS),
            "Choice “EU”: Write a date",
        ),
        (Declared("x", ParameterKind.CHOICE, of=ValueKind.BOOLEAN, choices=REGIONS), "Choices are text"),
        (Declared("x", ParameterKind.CHOICES, "EU", choices=REGIONS), "is a list"),
        (Declared("x", ParameterKind.DATE, "soon"), "such as yesterday"),
        (Declared("x", ParameterKind.TEXT, label="x" * 101), "at most 100"),
    ],
)
def test_settings_that_cannot_be_are_named(item: Declared, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        declare(ONE, [item])
    assert words in caught.value.fields["parameters.x"]


def test_settings_of_other_kinds_are_dropped() -> None:
    (item,) = declare(
        ONE, [Declared("x", ParameterKind.INTEGER, pattern="(", choices=REGIONS, choices_from=9)]
    )
    assert item == Declared("x", ParameterKind.INTEGER, required=True)


CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=("Cs",))


@generated(st.lists(st.text(CHARACTERS, max_size=20), min_size=1, max_size=20))
def test_texts_of_an_array_arrive_as_given(texts: list[str]) -> None:
    given = {"x": texts}
    value = bind(ONE, infer(ONE, given), given).statement().values[0]
    assert set(value.elements) == set(texts)
    assert list(value.elements) == sorted(set(texts))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["start", "end", "x"]), inner)
    ),
    max_leaves=6,
)


@generated(st.sampled_from(list(ParameterKind)), ANYTHING)
def test_a_value_is_bound_in_its_kind_or_refused_at_its_name(kind: ParameterKind, value: object) -> None:
    try:
        found = bound(Declared("x", kind, required=False), value)
    except Invalid as error:
        assert list(error.fields) == ["parameters.x"]
        return
    item = Declared("x", kind)
    assert {v.kind for v in found.values} == {item.value_kind}
    if kind is ParameterKind.TEXT and value is not None:
        assert found.values[0].text == value
