"""Which values of a column lie below a given one, and which are it. Masks are null where the cell is NULL."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.datasources.connectors.base import ColumnKind
from app.runs.arrange.comparable import OUTSIDE, Comparable, decimal_key, moment_key, place_of

Mask = Any  # pa.ChunkedArray of booleans


class NotComparable(ValueError):
    """The given value is none of the column's kind; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value as the column has it: `floor` is it, or the next lower one that the column's type can hold.

    `outside` as in Comparable. A day given for a time stamp stands for all of it, up to `beyond`.
    """

    floor: Any
    exact: bool = True
    outside: int = 0
    beyond: Any = None


def below(column: Comparable, given: Given) -> Mask:
    strictly = pc.less if given.exact else pc.less_equal
    if given.floor is None:  # outside, or lower than whatever the type holds
        mask = _always(column, given.outside > 0)
    else:
        mask = strictly(column.values, _scalar(column, given.floor))
    if column.outside is None:
        return mask
    inside = pc.equal(column.outside, 0)
    return pc.if_else(inside, mask, pc.less(column.outside, given.outside))


def same(column: Comparable, given: Given) -> Mask:
    if given.outside:
        if column.outside is None:
            return _always(column, False)
        return pc.equal(column.outside, given.outside)
    if given.beyond is not None:
        low, high = below(column, Given(given.floor)), below(column, Given(given.beyond))
        return pc.and_(pc.invert(low), high)
    if given.floor is None or not given.exact:
        mask = _always(column, False)
    else:
        mask = pc.equal(column.values, _scalar(column, given.floor))
    return mask if column.outside is None else pc.if_else(pc.equal(column.outside, 0), mask, False)


def given(column: Comparable, kind: ColumnKind, value: Any) -> Given:
    """Raises NotComparable."""
    return _READERS.get(kind, _text)(column, value)


def _always(column: Comparable, answer: bool) -> Mask:
    return pc.if_else(pc.is_valid(column.values), answer, pa.scalar(None, pa.bool_()))


def _scalar(column: Comparable, value: Any) -> pa.Scalar:
    return pa.scalar(value, column.values.type)


def _number(column: Comparable, value: Any) -> Given:
    text = str(value).strip()
    place = OUTSIDE.get({"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(text.lower(), text))
    kind = column.values.type
    if place is not None:
        return Given(None, outside=place)
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise NotComparable("Use a number, such as 12 or -0.5.")
    if abs(number.adjusted()) > 5000:
        raise NotComparable("Use a number with fewer digits.")
    if column.ranked is not None:
        return _rank(column, decimal_key(text))
    if pa.types.is_floating(kind):
        return Given(pa.scalar(float(text), pa.float64()).cast(kind, safe=False).as_py())
    return _whole(number, kind)


def _whole(number: Decimal, kind: pa.DataType) -> Given:
    """Among integers, or decimals of so many digits: the next lower one where the number lies between two."""
    decimal = pa.types.is_decimal(kind)
    scale = kind.scale if decimal else 0
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    units = int("".join(map(str, digits))) * (-1 if sign else 1)
    shift = exponent + scale
    floor, left = (units * 10**shift, 0) if shift >= 0 else divmod(units, 10**-shift)
    most = 10**kind.precision - 1 if decimal else 2 ** (kind.bit_width - 1) - 1
    if floor > most:
        return Given(None, exact=False, outside=1) if decimal else Given(most, exact=False)
    if floor < (-most if decimal else -most - 1):
        return Given(None, exact=False)
    value = Decimal((int(floor < 0), tuple(map(int, str(abs(floor)))), -scale)) if decimal else floor
    return Given(value, exact=left == 0)


def _day(column: Comparable, value: Any) -> Given:
    text = str(value).strip()
    if (place := OUTSIDE.get(text.lower())) is not None:
        return Given(None, outside=place)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotComparable("Use a date, such as 2013-01-31.") from None
    return _rank(column, moment_key(day.isoformat())) if column.ranked is not None else Given(day)


def _moment(column: Comparable, value: Any) -> Given:
    """UTC unless the text has an offset."""
    text = str(value).strip()
    if (place := OUTSIDE.get(text.lower())) is not None:
        return Given(None, outside=place)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotComparable("Use a time, such as 2013-01-31 14:30, or a date for the whole day.") from None
    moment = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    whole_day = len(text) <= len("2013-01-31") and moment.date() < date.max
    if column.ranked is not None:
        first = _rank(column, _moment_key(moment))
        beyond = _rank(column, _moment_key(moment + timedelta(days=1))) if whole_day else None
        return _ranked_day(first, beyond) if beyond else first
    zone = column.values.type.tz
    first_moment = moment.replace(tzinfo=UTC) if zone else moment
    return Given(first_moment, beyond=first_moment + timedelta(days=1) if whole_day else None)


def _moment_key(moment: datetime) -> Any:
    text = moment.isoformat(sep=" ")
    return moment_key(text.rstrip("0") if moment.microsecond else text)


def _rank(column: Comparable, key: Any) -> Given:
    assert column.ranked is not None
    place, found = place_of(key, column.ranked)
    return Given(place if found else place - 1, exact=found)


def _ranked_day(first: Given, beyond: Given) -> Given:
    """Ranks are whole numbers, so the first that is not lower says the same."""
    return Given(first.floor + (not first.exact), beyond=beyond.floor + (not beyond.exact))


def _boolean(column: Comparable, value: Any) -> Given:
    words = {True: True, False: False, "true": True, "false": False}
    if not isinstance(value, bool | str) or value not in words:
        raise NotComparable("Use true or false.")
    return Given(words[value])


def _text(column: Comparable, value: Any) -> Given:
    text = value if isinstance(value, str) else str(value)
    if pa.types.is_binary(column.values.type):
        try:
            return Given(bytes.fromhex(text.removeprefix("\\x")))
        except ValueError:
            raise NotComparable("Use bytes in hexadecimal, such as \\x00ff.") from None
    return Given(text)


_READERS: dict[ColumnKind, Callable[[Comparable, Any], Given]] = {
    ColumnKind.INTEGER: _number,
    ColumnKind.FLOAT: _number,
    ColumnKind.DECIMAL: _number,
    ColumnKind.DATE: _day,
    ColumnKind.TIMESTAMP: _moment,
    ColumnKind.BOOLEAN: _boolean,
}
