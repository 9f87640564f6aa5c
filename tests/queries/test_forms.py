import pytest

from app.core.errors import Invalid
from app.queries.forms import read_parameters, with_defaults
from app.queries.guess import guess_kind
from app.queries.parameters import Choice, Declared, ParameterKind
from app.queries.placeholders import parse_template
from app.queries.widgets import parameter_context, same_widgets

FIELDS = {
    "sql": "select {{ carrier }}, {{ period.start }}",
    "param.carrier.kind": "text",
    "param.carrier.value": "UA",
    "param.period.kind": "date_range",
    "param.period.start": "2013-01-01",
    "param.period.end": "",
    "param.gone.kind": "integer",
    "param.gone.value": "x",
    "param..kind": "text",
    "param.carrier.other": "text",
}


def test_fields_become_declarations_and_values() -> None:
    declared, given = read_parameters(FIELDS)
    assert declared == [
        Declared("carrier", ParameterKind.TEXT),
        Declared("period", ParameterKind.DATE_RANGE),
    ]
    assert given == {"carrier": "UA", "period": {"start": "2013-01-01", "end": ""}}


def test_a_viewers_form_has_values_only() -> None:
    assert read_parameters({"param.a.value": "1"}) == ([], {"a": "1"})


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(Invalid) as caught:
        read_parameters({"param.a.kind": "money"})
    assert "parameters.a" in caught.value.fields


def test_values_that_stand_in_the_form_become_defaults() -> None:
    saved = with_defaults(*read_parameters(FIELDS | {"param.carrier.value": ""}))
    assert saved == [
        Declared("carrier", ParameterKind.TEXT),
        Declared("period", ParameterKind.DATE_RANGE, "2013-01-01", None),
    ]


def test_widgets_follow_the_sql_and_keep_what_was_typed() -> None:
    found = parameter_context(FIELDS, {"parameters.carrier": "No such airline."})
    carrier, period = found["widgets"]
    assert (carrier.name, carrier.kind, carrier.value, carrier.error) == (
        "carrier",
        "text",
        "UA",
        "No such airline.",
    )
    assert (period.kind, period.value, period.end) == ("date_range", "2013-01-01", "")
    assert period.kinds == (ParameterKind.DATE_RANGE, ParameterKind.TIMESTAMP_RANGE)
    assert not same_widgets(FIELDS, found["widgets"])
    still = {name: text for name, text in FIELDS.items() if not name.startswith("param.gone")}
    assert same_widgets(still, found["widgets"])


def test_sql_that_cannot_be_read_keeps_the_widgets_and_says_why() -> None:
    found = parameter_context(FIELDS | {"sql": "select {{ carrier"})
    assert "left open" in found["bad_sql"].fields["sql"]
    assert [(w.name, w.value) for w in found["widgets"]] == [
        ("carrier", "UA"),
        ("period", "2013-01-01"),
        ("gone", "x"),
    ]


def test_an_empty_editor_is_no_mistake_yet() -> None:
    assert parameter_context({"sql": " "}) == {"widgets": [], "bad_sql": None}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("since", "date"),
        ("start_date", "date"),
        ("created_at", "timestamp"),
        ("is_active", "boolean"),
        ("flight_id", "integer"),
        ("limit", "integer"),
        ("carrier", "text"),
        ("candidate", "text"),
        ("tool", "text"),
    ],
)
def test_a_new_placeholder_starts_with_a_likely_kind(name: str, kind: str) -> None:
    template = parse_template(f"select {{{{ {name} }}}}")
    assert guess_kind(template, name, [k for k in ParameterKind if not k.is_range]) == kind


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("select {{ x }}::date", "date"),
        ("select cast({{ x }} as bigint)", "integer"),
        ("select {{ since }}::timestamptz", "timestamp"),
        ("select 1 where 'a' = any( {{ x }})", "choices"),
        ("select 1 limit {{ x }}", "integer"),
        ("select 1 where a ilike {{ from }}", "text"),
    ],
)
def test_what_stands_around_a_placeholder_says_more_than_its_name(sql: str, kind: str) -> None:
    template = parse_template(sql)
    kinds = [k for k in ParameterKind if not k.is_range]
    assert guess_kind(template, template.distinct[0], kinds) == kind


def test_settings_choices_and_words_are_read_from_their_fields() -> None:
    fields = {
        "param.region.kind": "choices",
        "param.region.settings": "1",
        "param.region.label": " Region ",
        "param.region.choices": "EU | Europe\r\nUS\n\n",
        "param.region.of": "text",
        "param.period.kind": "timestamp_range",
        "param.period.words": "last 24 hours",
        "param.period.start": "2013-01-01T00:00",
    }
    (region, period), given = read_parameters(fields)
    assert region.choices == (Choice("EU", "Europe"), Choice("US"))
    assert (region.label, region.required, period.required) == ("Region", False, None)
    assert given == {"period": "last 24 hours"}
    assert with_defaults([period], given)[0].default == "last 24 hours"


@pytest.mark.parametrize("text", ["x", "-1", "9" * 19, "\uff11"])
def test_a_source_that_is_no_number_is_named(text: str) -> None:
    fields = {"param.a.kind": "choice", "param.a.settings": "1", "param.a.choices_from": text}
    with pytest.raises(Invalid) as caught:
        read_parameters(fields)
    assert caught.value.fields == {"parameters.a": "Write the number of a query, such as 12."}
