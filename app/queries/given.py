"""From what somebody gave for one parameter to the values that are bound."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeGuard

from app.core import clock
from app.core.zones import instant
from app.datasources.connectors.base import ValueKind
from app.queries.parameters import Declared, ParameterKind
from app.queries.patterns import fits
from app.queries.relative.words import (
    BadWords,
    When,
    day_in_words,
    days_in_words,
    span_in_words,
    tidy,
    time_in_words,
)
from app.queries.values import BadValue, canonical

BOUNDS = ("start", "end")
_BY_THE_CALENDAR = re.compile(r"\s*[0-9]{4}-")


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A value as it is bound, in canonical form; a range is two, `period.start` and `period.end`.

    `words` are those that it was said in, where it was: `last 7 days`.
    """

    name: str
    kind: ValueKind
    text: str | None
    words: str | None = field(default=None, compare=False)


class Clock:
    """The moment and the zone of one run, asked for once and only when a value needs them."""

    def __init__(self, ask: Callable[[], When]) -> None:
        self._ask = ask
        self._when: When | None = None

    @property
    def when(self) -> When:
        if self._when is None:
            self._when = self._ask()
        return self._when

    @property
    def zone(self) -> str | None:
        """The zone in which a value was read; None when none had to be."""
        return self._when.zone if self._when else None

    @property
    def first_weekday(self) -> int:
        return self._when.first_weekday if self._when else 0


def now_in(zone: str, first_weekday: int = 0) -> When:
    """The present, in whole seconds."""
    return When(clock.now().replace(microsecond=0), zone, first_weekday)


def values_of(item: Declared, value: object, clock: Clock) -> list[NamedValue]:
    """What is bound for a value, or for the default where it is Ellipsis; no values when it is absent.

    Absent are None, an empty field and an empty list. Raises BadValue, also where one is required.
    """
    if states_kind(value):
        if value["kind"] != item.kind:
            raise BadValue(f"This is {item.kind.label} here, not {shown(value['kind'])}.")
        value = value["value"]
    if value is ...:
        value = default_of(item)
    if _is_empty(item, value):
        if item.required is not False:
            raise BadValue(_NEEDED.get(item.kind, "This needs a value."))
        return []
    if item.kind.is_range:
        return _range(item, value, clock)
    if isinstance(value, str) and item.kind.takes_words and not _BY_THE_CALENDAR.match(value):
        return [NamedValue(item.name, item.value_kind, _in_words(item.value_kind, value, clock), tidy(value))]
    if item.kind is ParameterKind.CHOICES and isinstance(value, str):
        value = [value]
    text = canonical(item.value_kind, value)
    _check_allowed(item, text)
    return [NamedValue(item.name, item.value_kind, text)]


def names_of(item: Declared) -> list[str]:
    """The names of the values that this parameter binds."""
    return [f"{item.name}.{bound}" for bound in BOUNDS] if item.kind.is_range else [item.name]


def default_of(item: Declared) -> object:
    """The default as it could have been given; None when there is none."""
    if item.default is None:
        return None
    if item.kind is ParameterKind.CHOICES:
        return json.loads(item.default)
    if item.kind.is_range and item.default_end is not None:
        return {"start": item.default, "end": item.default_end}
    return item.default


def range_of(value: object) -> tuple[object, object]:
    """The two bounds of a range as given; a bound that was left out is Ellipsis. Raises BadValue."""
    if isinstance(value, str):
        start, dots, end = value.partition("..")
        if dots:
            return start, end
    elif isinstance(value, Mapping) and value and value.keys() <= set(BOUNDS):
        return value.get("start", ...), value.get("end", ...)
    raise BadValue("Give a start and an end, such as 2013-01-01..2013-01-31, or words such as last 7 days.")


def states_kind(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping) and value.keys() == {"kind", "value"}


def shown(value: object) -> str:
    return repr(value) if isinstance(value, str) and len(value) <= 40 else "that"


_NEEDED = {
    ParameterKind.DATE_RANGE: "This needs a start and an end.",
    ParameterKind.TIMESTAMP_RANGE: "This needs a start and an end.",
    ParameterKind.CHOICE: "Choose one.",
    ParameterKind.CHOICES: "Choose at least one.",
}


def _is_empty(item: Declared, value: object) -> bool:
    if isinstance(value, str):
        return item.kind is not ParameterKind.TEXT and not value.strip()
    if isinstance(value, Mapping) and item.kind.is_range and value:
        return all(bound in (None, "") for bound in value.values()) and value.keys() == set(BOUNDS)
    return value is None or (value == [] and item.kind is ParameterKind.CHOICES)


def _range(item: Declared, value: object, clock: Clock) -> list[NamedValue]:
    if isinstance(value, str) and ".." not in value:
        words = tidy(value)
        texts = _range_in_words(item.value_kind, words, clock)
        return [
            NamedValue(name, item.value_kind, text, words)
            for name, text in zip(names_of(item), texts, strict=True)
        ]
    default = default_of(item)
    defaults = default if isinstance(default, Mapping) else {}
    found = []
    for name, given in zip(BOUNDS, range_of(value), strict=True):
        bound = defaults.get(name) if given is ... else given
        if bound in (None, ""):
            raise BadValue("This needs a start and an end.")
        try:
            found.append(_bound(f"{item.name}.{name}", item.value_kind, bound, clock))
        except BadValue as error:
            raise BadValue(f"{name.capitalize()}: {error}") from None
    first, last = (value.text or "" for value in found)
    if _later(item.value_kind, first, last):
        raise BadValue(f"The range ends ({last}) before it starts ({first}).")
    return found


def _bound(name: str, kind: ValueKind, value: object, clock: Clock) -> NamedValue:
    if isinstance(value, str) and not _BY_THE_CALENDAR.match(value):
        return NamedValue(name, kind, _in_words(kind, value, clock), tidy(value))
    text = canonical(kind, value)
    if kind is ValueKind.TIMESTAMP and (at := datetime.fromisoformat(text)).tzinfo is None:
        text = _written(instant(at.date(), at.time(), clock.when.zone))
    return NamedValue(name, kind, text)


def _in_words(kind: ValueKind, words: str, clock: Clock) -> str:
    try:
        if kind is ValueKind.DATE:
            return day_in_words(words, clock.when).isoformat()
        return _written(time_in_words(words, clock.when))
    except BadWords as error:
        raise BadValue(str(error)) from None


def _range_in_words(kind: ValueKind, words: str, clock: Clock) -> tuple[str, str]:
    try:
        if kind is ValueKind.DATE:
            first, last = days_in_words(words, clock.when)
            return first.isoformat(), last.isoformat()
        start, end = span_in_words(words, clock.when)
        return _written(start), _written(end)
    except BadWords as error:
        raise BadValue(str(error)) from None


def _written(moment: datetime) -> str:
    return moment.isoformat(sep=" ")


def _later(kind: ValueKind, first: str, last: str) -> bool:
    if kind is ValueKind.DATE:
        return last < first
    return datetime.fromisoformat(last).astimezone(UTC) < datetime.fromisoformat(first).astimezone(UTC)


def _check_allowed(item: Declared, text: str) -> None:
    """Raises BadValue for a text outside its pattern and for what is not among the choices."""
    if item.pattern and not fits(item.pattern, text):
        raise BadValue(f"This does not fit the pattern {item.pattern}")
    if not item.choices:
        return
    chosen = json.loads(text) if item.kind is ParameterKind.CHOICES else [text]
    allowed = [choice.value for choice in item.choices]
    strange = [each for each in chosen if each not in allowed]
    if strange:
        few = ", ".join(allowed[:8]) + (", …" if len(allowed) > 8 else "")
        raise BadValue(f"{shown(strange[0])} is not one of the choices: {few}.")
