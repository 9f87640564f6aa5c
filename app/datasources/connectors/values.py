"""The values that a statement takes: their kinds, and their canonical texts."""

import json
from dataclasses import dataclass
from enum import StrEnum


class ValueKind(StrEnum):
    """How a bound value is typed on the server; a connector maps each to its own type."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TEXT_ARRAY = "text[]"
    INTEGER_ARRAY = "integer[]"
    DECIMAL_ARRAY = "decimal[]"
    BOOLEAN_ARRAY = "boolean[]"
    DATE_ARRAY = "date[]"
    TIMESTAMP_ARRAY = "timestamp[]"

    @property
    def is_array(self) -> bool:
        return self.value.endswith("[]")

    @property
    def element(self) -> "ValueKind":
        """The kind of each element of an array; of any other kind itself."""
        return ValueKind(self.value.removesuffix("[]"))

    @property
    def array(self) -> "ValueKind":
        """The array whose elements are of this kind."""
        return ValueKind(f"{self.element.value}[]")


@dataclass(frozen=True, slots=True)
class BoundValue:
    """A value bound to a placeholder: `text` in canonical form (ISO dates, `true`), None for NULL.

    An array's text is a JSON array of its elements' canonical texts, none of them NULL: `["1","2"]`.
    """

    kind: ValueKind
    text: str | None

    @property
    def elements(self) -> tuple[str, ...]:
        """The canonical texts of an array's elements."""
        return tuple(json.loads(self.text)) if self.text is not None else ()
