"""What the chart form sends: name, kind, and the options of that kind."""

from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from app.visualizations.kinds.base import Kind
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
        return self.options | {"name": self.name, "kind": self.kind}


def read_chart(fields: MultiDict[str, str]) -> ChartForm:
    """Only the options that the chosen kind has; an empty one counts as absent."""
    kind = kinds().get(fields.get("kind", ""))
    options = {
        name: value
        for name, value in ((f.name, _read(fields, f.name, f.type)) for f in _fields(kind))
        if value
    }
    return ChartForm(fields.get("name", ""), fields.get("kind", ""), options)


def _fields(kind: Kind | None) -> tuple[Any, ...]:
    return kind.fields if kind else ()


def _read(fields: MultiDict[str, str], name: str, type: str) -> Any:
    if type == "columns":
        return list(dict.fromkeys(value for value in fields.getlist(name) if value))
    value = fields.get(name, "").strip() if type == "text" else fields.get(name, "")
    return value == "true" if type == "flag" else value
