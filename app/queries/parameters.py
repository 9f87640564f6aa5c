"""The kinds of parameters, and how one is declared."""

from dataclasses import dataclass
from enum import StrEnum

from app.datasources.connectors.base import ValueKind


class ParameterKind(StrEnum):
    """How a placeholder is typed. A range is two values, `{{ name.start }}` and `{{ name.end }}`.

    `choice` is one of a list, `choices` any number of them as one array; `Declared.of` types its values.
    """

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    DATE_RANGE = "date_range"
    TIMESTAMP_RANGE = "timestamp_range"
    CHOICE = "choice"
    CHOICES = "choices"

    @property
    def is_range(self) -> bool:
        return self in (ParameterKind.DATE_RANGE, ParameterKind.TIMESTAMP_RANGE)

    @property
    def is_choice(self) -> bool:
        return self in (ParameterKind.CHOICE, ParameterKind.CHOICES)

    @property
    def takes_words(self) -> bool:
        """Whether a value may be said in words, such as `last 7 days`."""
        return self.is_range or self in (ParameterKind.DATE, ParameterKind.TIMESTAMP)

    @property
    def label(self) -> str:
        return {ParameterKind.CHOICES: "many of choice"}.get(self, self.value.replace("_", " "))


# What each value of a choice may be.
CHOICE_TYPES = (
    ValueKind.TEXT,
    ValueKind.INTEGER,
    ValueKind.DECIMAL,
    ValueKind.DATE,
    ValueKind.TIMESTAMP,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen, in canonical form, and what it is called; its label may be empty."""

    value: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter as declared, defaults in canonical form or in words.

    A range that is not in words has its second default in `default_end`; many choices have a JSON array.
    `required=None` leaves it to the SQL: a parameter that stands in optional clauses only may be absent.
    `pattern` is of a text; `of`, `choices` and `choices_from` (the number of a query) are of a choice.
    """

    name: str
    kind: ParameterKind
    default: str | None = None
    default_end: str | None = None
    label: str = ""
    required: bool | None = None
    pattern: str | None = None
    of: ValueKind = ValueKind.TEXT
    choices: tuple[Choice, ...] = ()
    choices_from: int | None = None

    @property
    def value_kind(self) -> ValueKind:
        """The kind of each value that is bound."""
        match self.kind:
            case ParameterKind.DATE_RANGE:
                return ValueKind.DATE
            case ParameterKind.TIMESTAMP_RANGE:
                return ValueKind.TIMESTAMP
            case ParameterKind.CHOICE:
                return self.of
            case ParameterKind.CHOICES:
                return self.of.array
        return ValueKind(self.kind.value)
