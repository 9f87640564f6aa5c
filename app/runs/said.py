"""A run's values as a page tells them: the words that were said, and what was bound for them."""

from dataclasses import dataclass

from app.datasources.connectors.base import BoundValue, ValueKind
from app.runs.models import Run


@dataclass(slots=True)
class Said:
    """A parameter's value in a run: the texts that were bound, None for NULL, and the words for them."""

    name: str
    kind: str
    texts: list[str | None]
    words: str | None
    is_range: bool = False


def said(run: Run) -> list[Said]:
    """The run's values by parameter, in order; a range is one."""
    found: dict[str, Said] = {}
    for value in run.values:
        name, _, bound = value.name.partition(".")
        if bound and name in found:
            found[name].texts.append(value.value)
            found[name].words = _range_in_words(found[name].words, value.words)
            continue
        kind = ValueKind(value.kind)
        texts: list[str | None] = [value.value]
        if kind.is_array and value.value is not None:
            texts = list(BoundValue(kind, value.value).elements)
        found[name] = Said(name, value.kind, texts, value.words, is_range=bool(bound))
    return list(found.values())


def _range_in_words(start: str | None, end: str | None) -> str | None:
    if start == end:
        return start
    return f"{start or '…'} to {end or '…'}"
