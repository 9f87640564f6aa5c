"""What a kind of visualization is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import BaseModel

from app.datasources.connectors.base import ColumnKind
from app.web.forms import Body

NUMBERS = frozenset({ColumnKind.INTEGER, ColumnKind.FLOAT, ColumnKind.DECIMAL})
TIMES = frozenset({ColumnKind.DATE, ColumnKind.TIMESTAMP})
LABELS = frozenset({ColumnKind.TEXT, ColumnKind.BOOLEAN, *TIMES, ColumnKind.INTEGER})
ANY = frozenset(ColumnKind)


class Column(Protocol):
    """A column of a result: its name and `ColumnKind`."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...


class Options(Body):
    """Base of every kind's options: stored as they are, and handed to the island as they are."""


@dataclass(frozen=True, slots=True)
class OptionField:
    """One field of the form. `column` chooses one, `columns` several, of the kinds in `accepts`.

    `query` names a saved query by its number. `settings` is a JSON list that the drawing itself fills in.
    `choice` is one of `choices` (value, label); `more` fields wait behind a line until they are wanted.
    """

    name: str
    label: str
    type: Literal["column", "columns", "flag", "text", "number", "choice", "settings", "query"]
    accepts: frozenset[ColumnKind] = frozenset()
    required: bool = False
    help: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    more: bool = False
    longest: int = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to draw a result. `suggest` gives good options for columns and a row count, or None."""

    name: str
    label: str
    icon: str
    rank: int
    options: type[BaseModel]
    fields: tuple[OptionField, ...]
    suggest: Callable[[Sequence[Column], int], BaseModel | None]


def of_kind(columns: Sequence[Column], kinds: frozenset[ColumnKind]) -> list[str]:
    """Names of the columns of these kinds, each once, in the result's order."""
    return list(dict.fromkeys(column.name for column in columns if column.kind in kinds))


def measures(columns: Sequence[Column]) -> list[str]:
    """Numbers that look like amounts: keys such as `id` and `flight_id` are left out where others remain."""
    numbers = of_kind(columns, NUMBERS)
    return [name for name in numbers if name.lower() != "id" and not name.lower().endswith("_id")] or numbers
