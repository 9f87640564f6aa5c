"""What a value of each kind may look like, and its one canonical form."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

import rfc8785

from app.core.text import unstorable
from app.datasources.connectors.base import ValueKind

LONGEST_TEXT = 100_000
MOST_ELEMENTS = 10_000


class BadValue(ValueError):
    """A value that does not fit its kind; the message is a sentence for whoever typed it."""


def canonical(kind: ValueKind, value: object) -> str:
    """A value as canonical text: ISO dates, `true` and `false`, decimals digit for digit. Raises BadValue.

    An array is given as a list and is a set: its canonical text is a JSON array without repeats, sorted.
    """
    if kind.is_array:
        return _array(kind.element, value)
    if isinstance(value, str) and (problem := unstorable(value)):
        raise BadValue(problem)
    if isinstance(value, str) and kind is not ValueKind.TEXT:
        value = value.strip()
        if not value:
            raise BadValue("This needs a value.")
    return _CANONICAL[kind](value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadValue(f"Write text, not {_named(value)}.")
    if len(value) > LONGEST_TEXT:
        raise BadValue(f"This has {len(value):,} characters; at most {LONGEST_TEXT:,} are possible.")
    return value


_INTEGER = re.compile(r"[+-]?0*([0-9]{1,19})", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)


def _integer(value: object) -> str:
    if isinstance(value, str):
        if re.fullmatch(r"[+-]?[0-9]{20,1000}", value) and not _INTEGER.fullmatch(value):
            raise BadValue(_OUT_OF_RANGE)
        if not _INTEGER.fullmatch(value):
            raise BadValue("Write a whole number such as 42, in digits only.")
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadValue(f"Write a whole number such as 42, not {_named(value)}.")
    if not -(2**63) <= value < 2**63:
        raise BadValue(_OUT_OF_RANGE)
    return str(value)


_OUT_OF_RANGE = "This is too large: whole numbers go from -9223372036854775808 to 9223372036854775807."


def _decimal(value: object) -> str:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        value = repr(value) if isinstance(value, float) else str(value)
    if not isinstance(value, str):
        raise BadValue(f"Write a number such as 12.50, not {_named(value)}.")
    if len(value) > 500:
        raise BadValue("This number is too long: at most 500 characters.")
    if not _DECIMAL.fullmatch(value):
        raise BadValue("Write a number such as 12.50, with a point and without separators.")
    return format(Decimal(value), "f")


_TRUE = frozenset({"true", "t", "yes", "y", "1", "on"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "off"})


def _boolean(value: object) -> str:
    if isinstance(value, (bool, int)) and value in (0, 1):
        return "true" if value else "false"
    word = value.lower() if isinstance(value, str) else None
    if word in _TRUE:
        return "true"
    if word in _FALSE:
        return "false"
    raise BadValue("Write true or false.")


def _date(value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise BadValue("Write a date as year-month-day, such as 2013-01-31.")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise BadValue(f"{value} is not in the calendar.") from None


_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(\.[0-9]{1,6})? ?(Z|z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)


def _timestamp(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    found = _TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if not found or (found[4] and not found[3]):
        raise BadValue(
            "Write a date and a time, such as 2013-01-31 17:00, with +02:00 for a zone if you like."
        )
    day, minute, second, fraction, zone = found.groups(default="")
    zone = "+00:00" if zone in ("Z", "z") else zone
    if zone and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:] or '00'}"
    try:
        if zone and not (int(zone[1:3]) <= 15 and int(zone[4:]) <= 59):
            raise ValueError
        at = datetime.fromisoformat(
            f"{day} {minute or '00:00'}{second or ':00'}{fraction.ljust(7, '0') if fraction else ''}{zone}"
        )
    except ValueError:
        raise BadValue(f"There is no such time as {value}.") from None
    return at.isoformat(sep=" ")


def _array(element: ValueKind, value: object) -> str:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise BadValue(f"Give a list, not {_named(value)}.")
    if len(value) > MOST_ELEMENTS:
        raise BadValue(f"This has {len(value):,} values; at most {MOST_ELEMENTS:,} are possible.")
    texts = set()
    for each in value:
        try:
            texts.add(canonical(element, each))
        except BadValue as error:
            shown = f"“{each}”: " if isinstance(each, str) and len(each) <= 40 else ""
            raise BadValue(f"{shown}{error}") from None
    return rfc8785.dumps(sorted(texts)).decode()


def _named(value: object) -> str:
    """What a JSON value is, in words."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"


_CANONICAL: dict[ValueKind, Callable[[object], str]] = {
    ValueKind.TEXT: _text,
    ValueKind.INTEGER: _integer,
    ValueKind.DECIMAL: _decimal,
    ValueKind.BOOLEAN: _boolean,
    ValueKind.DATE: _date,
    ValueKind.TIMESTAMP: _timestamp,
}
