import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.datasources.connectors.base import ValueKind
from app.queries.values import BadValue, canonical


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("text", " a ", " a "),
        ("text", "", ""),
        ("integer", "42", "42"),
        ("integer", " +007 ", "7"),
        ("integer", "-9223372036854775808", "-9223372036854775808"),
        ("integer", "0" * 30 + "1", "1"),
        ("integer", 9, "9"),
        ("decimal", "1.50", "1.50"),
        ("decimal", ".5", "0.5"),
        ("decimal", "1e3", "1000"),
        (
            "decimal",
            "0.1234567890123456789012345678901234567890",
            "0.1234567890123456789012345678901234567890",
        ),
        ("decimal", 0.1, "0.1"),
        ("decimal", 3, "3"),
        ("boolean", True, "true"),
        ("boolean", "Yes", "true"),
        ("boolean", "on", "true"),
        ("boolean", "0", "false"),
        ("boolean", 0, "false"),
        ("date", "2012-02-29", "2012-02-29"),
        ("timestamp", "2013-01-01", "2013-01-01 00:00:00"),
        ("timestamp", "2013-01-01T05:06", "2013-01-01 05:06:00"),
        ("timestamp", "2013-01-01 05:06:07.5", "2013-01-01 05:06:07.500000"),
        ("timestamp", "2013-01-01T05:06:07Z", "2013-01-01 05:06:07+00:00"),
        ("timestamp", "2013-01-01 05:06:07 -0330", "2013-01-01 05:06:07-03:30"),
        ("timestamp", "2013-01-01 05:06:07+02", "2013-01-01 05:06:07+02:00"),
    ],
)
def test_values_become_canonical(kind: str, value: object, text: str) -> None:
    assert canonical(ValueKind(kind), value) == text


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 5),
        ("text", "a\0b"),
        ("text", "\ud800"),
        ("text", "x" * 100_001),
        ("integer", ""),
        ("integer", "  "),
        ("integer", "1.0"),
        ("integer", 1.5),
        ("integer", True),
        ("integer", "1,000"),
        ("integer", "1_000"),
        ("integer", "٣"),
        ("integer", "9223372036854775808"),
        ("integer", 2**63),
        ("integer", "1" * 5000),
        ("decimal", "NaN"),
        ("decimal", float("nan")),
        ("decimal", float("inf")),
        ("decimal", "1,5"),
        ("decimal", "1e99999"),
        ("decimal", "."),
        ("decimal", "1" * 501),
        ("decimal", False),
        ("boolean", "maybe"),
        ("boolean", 2),
        ("boolean", []),
        ("date", "2013-02-29"),
        ("date", "20130101"),
        ("date", "01/02/2013"),
        ("date", "0000-01-01"),
        ("date", 20130101),
        ("timestamp", "2013-01-01T25:00"),
        ("timestamp", "2013-01-01T05:06.5"),
        ("timestamp", "2013-01-01T05:06+99"),
        ("timestamp", "now"),
        ("timestamp", {}),
    ],
)
def test_values_that_do_not_fit_are_refused_with_a_sentence(kind: str, value: object) -> None:
    with pytest.raises(BadValue) as caught:
        canonical(ValueKind(kind), value)
    assert str(caught.value).endswith(".")


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_whole_number_survives(value: int) -> None:
    assert int(canonical(ValueKind.INTEGER, str(value))) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_every_decimal_survives(value: Decimal) -> None:
    try:
        assert Decimal(canonical(ValueKind.DECIMAL, str(value))) == value
    except BadValue:
        assert value.adjusted() < -500 or abs(int(value.as_tuple().exponent)) > 500


@given(st.dates())
def test_every_date_survives(value: date) -> None:
    assert date.fromisoformat(canonical(ValueKind.DATE, value.isoformat())) == value


ZONES = st.timedeltas(timedelta(hours=-15), timedelta(hours=15)).map(
    lambda gap: timezone(timedelta(minutes=gap // timedelta(minutes=1)))
)


@given(st.datetimes(timezones=st.none() | ZONES))
def test_every_timestamp_survives(value: datetime) -> None:
    assert datetime.fromisoformat(canonical(ValueKind.TIMESTAMP, value.isoformat())) == value


@given(
    st.sampled_from(list(ValueKind)),
    st.text() | st.integers() | st.floats() | st.none() | st.lists(st.none()),
)
def test_nothing_but_a_bad_value_is_ever_raised(kind: ValueKind, value: object) -> None:
    try:
        text = canonical(kind, value)
    except BadValue:
        return
    assert canonical(kind, json.loads(text) if kind.is_array else text) == text
