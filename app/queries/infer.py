"""Declarations for SQL that was never saved, from the JSON values given for it."""

import re
from collections.abc import Mapping

from app.datasources.connectors.base import ValueKind
from app.queries.bind import invalid
from app.queries.given import shown, states_kind
from app.queries.parameters import Declared, ParameterKind
from app.queries.placeholders import Template
from app.queries.values import BadValue

_OF_THE_CLOCK = re.compile(r":|\b(hour|minute|now)", re.IGNORECASE)


def infer(template: Template, given: Mapping[str, object]) -> list[Declared]:
    """A declaration for each placeholder that has a value; none of them is required, so null binds NULL.

    true and false are booleans, whole numbers integers, others decimals, strings and null text, a list an
    array of these; `{"start", "end"}` is a date range, or one of time stamps when a bound has a time.
    `{"kind", "value"}` says so itself. Raises Invalid for a kind that does not exist.
    """
    found = []
    errors = {}
    for name in template.distinct:
        if name in given:
            try:
                kind, of = _kind_of(template, name, given[name])
                found.append(Declared(name, kind, required=False, of=of))
            except BadValue as error:
                errors[name] = str(error)
    if errors:
        raise invalid(errors)
    return found


def _kind_of(template: Template, name: str, value: object) -> tuple[ParameterKind, ValueKind]:
    if states_kind(value):
        try:
            kind = ParameterKind(value["kind"])
        except ValueError:
            kinds = ", ".join(ParameterKind)
            raise BadValue(f"{shown(value['kind'])} is no kind; there are {kinds}.") from None
        inner = value["value"]
        return kind, _element(inner) if isinstance(inner, list) else ValueKind.TEXT
    if isinstance(value, Mapping) or template.bounds_of(name) - {""}:
        texts = value.values() if isinstance(value, Mapping) else (value,)
        timed = any(isinstance(text, str) and _OF_THE_CLOCK.search(text) for text in texts)
        return (ParameterKind.TIMESTAMP_RANGE if timed else ParameterKind.DATE_RANGE), ValueKind.TEXT
    if isinstance(value, list):
        return ParameterKind.CHOICES, _element(value)
    return ParameterKind(_scalar(value)), ValueKind.TEXT


def _element(values: list[object]) -> ValueKind:
    kinds = {_scalar(value) for value in values if value is not None} or {ValueKind.TEXT}
    if kinds == {ValueKind.INTEGER, ValueKind.DECIMAL}:
        return ValueKind.DECIMAL
    if len(kinds) > 1 or None in values:
        raise BadValue('Give a list of values of one kind, such as [1, 2] or ["EU", "US"].')
    return kinds.pop()


def _scalar(value: object) -> ValueKind:
    for type_, kind in _KINDS:
        if isinstance(value, type_):
            return kind
    raise BadValue("Give text, a number, true, false, null, a list, or an object with start and end.")


_KINDS: tuple[tuple[type, ValueKind], ...] = (
    (bool, ValueKind.BOOLEAN),
    (int, ValueKind.INTEGER),
    (float, ValueKind.DECIMAL),
    (str, ValueKind.TEXT),
    (type(None), ValueKind.TEXT),
)
