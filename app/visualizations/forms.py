"""What the chart form sends: name, kind, and the options of that kind."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.visualizations.kinds.base import Kind
from app.visualizations.kinds.plane import ReferenceLine
from app.visualizations.kinds.registry import kinds


@dataclass
class ChartForm:
    """What was sent, as the field macros read it, and what is wrong with it by field."""

    name: str
    kind: str
    options: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        written = {name: _written(name, value) for name, value in self.options.items()}
        return written | {"name": self.name, "kind": self.kind}


def read_chart(fields: Mapping[str, list[str]]) -> ChartForm:
    """Only the options that the chosen kind has; an empty one counts as absent, a flag does not."""
    kind = kinds().get(_first(fields, "kind"))
    options = {
        name: value
        for name, value in ((f.name, _read(fields, f.name, f.type)) for f in _fields(kind))
        if value or value is False
    }
    return ChartForm(_first(fields, "name"), _first(fields, "kind"), options)


def _fields(kind: Kind | None) -> tuple[Any, ...]:
    return kind.fields if kind else ()


def _read(fields: Mapping[str, list[str]], name: str, type: str) -> Any:
    if type == "columns":
        return list(dict.fromkeys(value for value in fields.get(name, []) if value))
    if type == "settings":
        return _json(_first(fields, name))
    value = _first(fields, name).strip() if type in ("text", "number") else _first(fields, name)
    return value == "true" if type == "flag" else value


def _json(text: str) -> Any:
    """What the text says, or the text itself, for the options to refuse."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return text


def _first(fields: Mapping[str, list[str]], name: str) -> str:
    return next(iter(fields.get(name, [])), "")


def _written(name: str, value: Any) -> Any:
    """Reference lines as a person writes them; a number without a needless fraction."""
    if name == "lines" and isinstance(value, list):
        return "; ".join(str(ReferenceLine.model_validate(line)) for line in value)
    return f"{value:.15g}" if isinstance(value, float) else value
