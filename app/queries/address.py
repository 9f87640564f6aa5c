"""Values in a page's address: `?p.carrier=UA&p.period=last+7+days&p.origins=EWR&p.origins=JFK`."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from app.datasources.connectors.base import BoundValue, ValueKind
from app.queries.given import BOUNDS

PREFIX = "p."


class Said(Protocol):
    """A value of a run."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def words(self) -> str | None: ...


def given_of_address(arguments: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """As `bind` takes them, from all of a URL's arguments; an empty value is an absent one."""
    given: dict[str, object] = {}
    for key, found in arguments.items():
        if key.startswith(PREFIX):
            texts = [text for text in found if text]
            given[key.removeprefix(PREFIX)] = texts if len(texts) > 1 else texts[0] if texts else None
    return given


def address_of_given(given: Mapping[str, object]) -> dict[str, str | list[str]]:
    """Arguments for what a form gave."""
    return {PREFIX + name: _written(value) for name, value in given.items()}


def address_of_values(values: Sequence[Said]) -> dict[str, str | list[str]]:
    """Arguments for the values of a run: in words where they were said so."""
    found: dict[str, object] = {}
    for value in values:
        name, _, bound = value.name.partition(".")
        if bound in BOUNDS:
            pair = found.setdefault(name, {})
            assert isinstance(pair, dict)
            pair[bound] = value.words or value.value
        elif value.value is not None and ValueKind(value.kind).is_array:
            found[name] = list(BoundValue(ValueKind(value.kind), value.value).elements)
        else:
            found[name] = value.words or value.value
    return address_of_given(found)


def _written(value: object) -> str | list[str]:
    if isinstance(value, Mapping):
        start, end = (str(value.get(bound) or "") for bound in BOUNDS)
        by_words = start == end and not start[:4].isdigit()
        return start if by_words else f"{start}..{end}"
    if isinstance(value, list):
        return [str(each) for each in value]
    return "" if value is None else str(value)
