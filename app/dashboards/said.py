"""The dashboard's values in words, for its texts."""

import json
from collections.abc import Mapping

from app.datasources.connectors.base import ValueKind
from app.queries.given import BOUNDS, NamedValue, default_of
from app.queries.parameters import Declared

NONE = "—"


def said(
    shared: Mapping[str, Declared], read: Mapping[str, NamedValue], given: Mapping[str, object]
) -> dict[str, str]:
    """`region` -> `EWR, JFK`; a range by three names: `period` as it was said, `period.start`, `period.end`.

    A value that could not be read is shown as it was given.
    """
    words: dict[str, str] = {}
    for name, item in shared.items():
        if not item.kind.is_range:
            words[name] = _one(item, read[name]) if name in read else _raw(item, given)
            continue
        ends = [read.get(f"{name}.{bound}") for bound in BOUNDS]
        texts = [end.text or NONE if end else NONE for end in ends]
        words |= {f"{name}.{bound}": text for bound, text in zip(BOUNDS, texts, strict=True)}
        spoken = ends[0].words if ends[0] and ends[0].words == (ends[1].words if ends[1] else None) else None
        span = NONE if texts == [NONE, NONE] else f"{texts[0]} to {texts[1]}"
        words[name] = f"{spoken} ({span})" if spoken else span if any(ends) else _raw(item, given)
    return words


def _one(item: Declared, value: NamedValue) -> str:
    if value.text is None:
        return NONE
    labels = {choice.value: choice.label or choice.value for choice in item.choices}
    if ValueKind(value.kind).is_array:
        return ", ".join(labels.get(str(each), str(each)) for each in json.loads(value.text)) or NONE
    shown = labels.get(value.text, value.text)
    return f"{value.words} ({shown})" if value.words else shown


def _raw(item: Declared, given: Mapping[str, object]) -> str:
    value = given.get(item.name, default_of(item))
    return value if isinstance(value, str) else NONE
