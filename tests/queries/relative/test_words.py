"""Words at a frozen moment, in zones whose days are not all 24 hours long."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.queries.relative.words import (
    BadWords,
    When,
    day_in_words,
    days_in_words,
    span_in_words,
    time_in_words,
)

NOON = When(datetime(2026, 11, 18, 12, 0, tzinfo=UTC), "UTC")  # a Wednesday


def days(words: str, when: When = NOON) -> tuple[str, str]:
    first, last = days_in_words(words, when)
    return first.isoformat(), last.isoformat()


def span(words: str, when: When) -> tuple[str, str]:
    start, end = span_in_words(words, when)
    return start.isoformat(sep=" "), end.isoformat(sep=" ")


def hours(words: str, when: When) -> float:
    start, end = span_in_words(words, when)
    return (end - start) / timedelta(hours=1) if start.tzinfo is None else _absolute_hours(start, end)


def _absolute_hours(start: datetime, end: datetime) -> float:
    return (end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(hours=1)


def at(text: str, zone: str) -> When:
    """The moment named in UTC."""
    return When(datetime.fromisoformat(text).replace(tzinfo=UTC), zone)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("today", ("2026-11-18", "2026-11-18")),
        ("Yesterday", ("2026-11-17", "2026-11-17")),
        ("last 7 days", ("2026-11-12", "2026-11-18")),
        ("last 1 day", ("2026-11-18", "2026-11-18")),
        ("previous 7 days", ("2026-11-11", "2026-11-17")),
        ("this week", ("2026-11-16", "2026-11-22")),
        ("last week", ("2026-11-09", "2026-11-15")),
        ("previous  Month", ("2026-10-01", "2026-10-31")),
        ("this month", ("2026-11-01", "2026-11-30")),
        ("month to date", ("2026-11-01", "2026-11-18")),
        ("last 2 months", ("2026-10-01", "2026-11-18")),
        ("previous 12 months", ("2025-11-01", "2026-10-31")),
        ("this quarter", ("2026-10-01", "2026-12-31")),
        ("previous quarter", ("2026-07-01", "2026-09-30")),
        ("next year", ("2027-01-01", "2027-12-31")),
        ("year to date", ("2026-01-01", "2026-11-18")),
        ("since 2026-11-02", ("2026-11-02", "2026-11-18")),
    ],
)
def test_days_in_words(words: str, expected: tuple[str, str]) -> None:
    assert days(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("today", "2026-11-18"),
        ("7 days ago", "2026-11-11"),
        ("9 months ago", "2026-02-18"),
        ("start of this month", "2026-11-01"),
        ("start of last quarter", "2026-07-01"),
        ("start of week", "2026-11-16"),
    ],
)
def test_a_day_in_words(words: str, expected: str) -> None:
    assert day_in_words(words, NOON).isoformat() == expected


def test_the_31st_of_a_shorter_month_is_its_last_day() -> None:
    end_of_march = When(datetime(2028, 3, 31, 12, tzinfo=UTC), "UTC")
    assert day_in_words("1 month ago", end_of_march) == date(2028, 2, 29)


@pytest.mark.parametrize(
    "words",
    [
        *("", "soon", "last days", "last 0 days", "previous 0 weeks", "last 7 fortnights", "last -1 days"),
        *("last 99999 days", "last 9999 years", "since 2027-01-01", "since 2026-02-30", "last 24 hours"),
        *("7", "since 08:00", "last 7 days; drop table x", "\uff12 days ago"),
    ],
)
def test_words_outside_the_grammar_are_refused_in_words(words: str) -> None:
    with pytest.raises(BadWords, match=r"^(Write|This lies|.* has not come)"):
        days_in_words(words, NOON)


@pytest.mark.parametrize(
    ("first_weekday", "this_week", "last_two"),
    [
        (0, ("2026-11-16", "2026-11-22"), ("2026-11-09", "2026-11-18")),
        (5, ("2026-11-14", "2026-11-20"), ("2026-11-07", "2026-11-18")),
        (6, ("2026-11-15", "2026-11-21"), ("2026-11-08", "2026-11-18")),
    ],
)
def test_weeks_begin_with_the_day_that_is_told(
    first_weekday: int, this_week: tuple[str, str], last_two: tuple[str, str]
) -> None:
    when = When(NOON.moment, NOON.zone, first_weekday)
    found = [days_in_words(words, when) for words in ("this week", "last 2 weeks")]
    assert [(str(first), str(last)) for first, last in found] == [this_week, last_two]
    assert str(day_in_words("start of this week", when)) == this_week[0]


def test_today_is_the_zones_own() -> None:
    late = "2026-11-18 23:30"
    assert days("today", at(late, "Europe/Berlin")) == ("2026-11-19", "2026-11-19")
    assert days("today", at(late, "America/Sao_Paulo")) == ("2026-11-18", "2026-11-18")


@pytest.mark.parametrize(
    ("zone", "day", "length", "start"),
    [
        ("Europe/Berlin", "2026-03-29", 23, "2026-03-29 00:00:00+01:00"),
        ("Europe/Berlin", "2026-10-25", 25, "2026-10-25 00:00:00+02:00"),
        ("America/St_Johns", "2026-03-08", 23, "2026-03-08 00:00:00-03:30"),
        ("America/St_Johns", "2026-11-01", 25, "2026-11-01 00:00:00-02:30"),
        # Newfoundland changed its clocks at one minute past midnight: this day has two first minutes.
        ("America/St_Johns", "2009-11-01", 24, "2009-11-01 00:00:00-03:30"),
        ("America/Sao_Paulo", "2018-11-04", 23, "2018-11-04 01:00:00-02:00"),  # it has no midnight
        ("America/Sao_Paulo", "2018-02-17", 25, "2018-02-17 00:00:00-02:00"),  # its last hour comes twice
        ("Africa/Cairo", "2026-04-24", 23, "2026-04-24 01:00:00+03:00"),  # nor has this
        ("Africa/Cairo", "2026-10-29", 25, "2026-10-29 00:00:00+03:00"),
    ],
)
def test_a_day_is_as_long_as_it_is(zone: str, day: str, length: int, start: str) -> None:
    noon = at(f"{day} 15:00", zone)
    assert span("today", noon)[0] == start
    assert hours("today", noon) == length
    tomorrow = When(noon.moment + timedelta(days=1), zone)
    assert span("yesterday", tomorrow) == span("today", noon)


def test_a_week_over_a_change_of_clocks_has_an_hour_less() -> None:
    assert hours("last 7 days", at("2026-03-31 09:00", "Europe/Berlin")) == 7 * 24 - 1
    assert hours("last 24 hours", at("2026-03-29 09:00", "Europe/Berlin")) == 24


@pytest.mark.parametrize(
    ("moment", "words", "expected"),
    [
        ("2026-03-29 10:00", "since 00:00", ("2026-03-29 00:00:00+01:00", "2026-03-29 12:00:00+02:00")),
        ("2026-03-29 10:00", "since 08:00", ("2026-03-29 08:00:00+02:00", "2026-03-29 12:00:00+02:00")),
        ("2026-03-29 04:00", "since 22:00", ("2026-03-28 22:00:00+01:00", "2026-03-29 06:00:00+02:00")),
        ("2026-03-29 10:00", "since 02:30", ("2026-03-29 03:30:00+02:00", "2026-03-29 12:00:00+02:00")),
        ("2026-10-25 10:00", "since 02:30", ("2026-10-25 02:30:00+01:00", "2026-10-25 11:00:00+01:00")),
        ("2026-10-25 10:00", "month to date", ("2026-10-01 00:00:00+02:00", "2026-10-25 11:00:00+01:00")),
        ("2026-10-25 01:30", "last 2 hours", ("2026-10-25 01:30:00+02:00", "2026-10-25 02:30:00+01:00")),
    ],
)
def test_spans_in_berlin(moment: str, words: str, expected: tuple[str, str]) -> None:
    assert span(words, at(moment, "Europe/Berlin")) == expected


def test_times_in_words() -> None:
    berlin = at("2026-11-18 12:00", "Europe/Berlin")
    assert time_in_words("now", berlin).isoformat() == "2026-11-18T13:00:00+01:00"
    assert time_in_words("90 minutes ago", berlin).isoformat() == "2026-11-18T11:30:00+01:00"
    assert time_in_words("yesterday at 08:00", berlin).isoformat() == "2026-11-17T08:00:00+01:00"
    assert time_in_words("4 weeks ago", berlin).isoformat() == "2026-10-21T00:00:00+02:00"
