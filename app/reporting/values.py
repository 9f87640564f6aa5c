"""Values of filters: each of its field's type, or a sentence on what is."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from app.core.text import unstorable
from app.reporting.question import MOST_VALUES, Scalar
from app.reporting.words import Kind, Op

Value = str | int | Decimal | bool | date | datetime | None

_EQUALITY = (Op.EQ, Op.NEQ, Op.IN)
_SAID = {
    Kind.TEXT: "text",
    Kind.INTEGER: "a whole number",
    Kind.DECIMAL: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.DATE: "a date such as 2026-01-31",
    Kind.TIMESTAMP: "a time with an offset, such as 2026-01-31T08:00:00Z",
}


class BadValue(ValueError):
    """The message is a sentence; `member` is the filter's part that it is about."""

    def __init__(self, text: str, *, code: str = "wrong_type", member: str = "value") -> None:
        super().__init__(text)
        self.code, self.member = code, member


def ops_of(kind: Kind) -> tuple[Op, ...]:
    return _EQUALITY if kind is Kind.BOOLEAN else tuple(Op)


def values_of(kind: Kind, op: Op, given: Scalar | list[Scalar]) -> tuple[Value, ...]:
    """The values in the field's type. Only `eq` and `neq` know null. Raises BadValue."""
    if op not in ops_of(kind):
        allowed = ", ".join(ops_of(kind))
        raise BadValue(
            f"A {kind} cannot be compared by {op}. Allowed: {allowed}.", code="bad_op", member="op"
        )
    if op is Op.IN:
        if not isinstance(given, list) or not 1 <= len(given) <= MOST_VALUES:
            raise BadValue(f"`in` takes an array of 1 to {MOST_VALUES} values.")
        return tuple(_value(kind, each) for each in given)
    if isinstance(given, list):
        raise BadValue(f"{op} takes one value, not an array; `in` takes an array.")
    if given is None:
        if op not in (Op.EQ, Op.NEQ):
            raise BadValue(f"{op} cannot compare with null; eq and neq can.")
        return (None,)
    return (_value(kind, given),)


def _value(kind: Kind, given: Scalar) -> Value:
    try:
        return _READERS[kind](given)
    except (ValueError, InvalidOperation, OverflowError):
        raise BadValue(f"This must be {_SAID[kind]}.") from None


def _text(given: Scalar) -> str:
    if not isinstance(given, str) or unstorable(given):
        raise ValueError
    return given


def _integer(given: Scalar) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not -(2**63) <= given < 2**63:
        raise ValueError
    return given


def _decimal(given: Scalar) -> Decimal:
    if not isinstance(given, int | float) or isinstance(given, bool):
        raise ValueError
    found = Decimal(str(given))
    if not found.is_finite() or abs(found) >= Decimal(10) ** 30:
        raise ValueError
    return found


def _boolean(given: Scalar) -> bool:
    if not isinstance(given, bool):
        raise ValueError
    return given


def _date(given: Scalar) -> date:
    return date.fromisoformat(_text(given))


def _timestamp(given: Scalar) -> datetime:
    found = datetime.fromisoformat(_text(given))
    if found.tzinfo is None:
        raise ValueError
    return found.astimezone(UTC)


_READERS: dict[Kind, Callable[[Scalar], Value]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.TIMESTAMP: _timestamp,
}
