import pytest

from app.core.errors import Invalid
from app.queries.forms import guess_kind, parameter_context, read_parameters, same_widgets, with_defaults
from app.queries.parameters import Declared, ParameterKind

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
    assert period.kinds == (ParameterKind.DATE_RANGE,)
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
    assert guess_kind(name, [k for k in ParameterKind if not k.is_range]) == kind
