"""What the workbench sends: a query's fields, and its parameters as `param.NAME.*` fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ConfigDict

from app.core.errors import Invalid
from app.queries.models import Parameter
from app.queries.parameters import Declared, ParameterKind
from app.queries.placeholders import BadSql, Template, parse_template
from app.web.forms import Body, Form, read_form

_FIELD = re.compile(r"param\.([A-Za-z_][A-Za-z0-9_]*)\.(kind|value|start|end)", re.ASCII)

# The kind that a new placeholder starts with, by its name; text where nothing fits.
_GUESSES = (
    (ParameterKind.TIMESTAMP, re.compile(r".*(_at|timestamp|datetime)$|time$")),
    (ParameterKind.DATE, re.compile(r"(.*_)?(date|day|since|until)$|from$|to$")),
    (ParameterKind.BOOLEAN, re.compile(r"(is|has|with|only)_.*")),
    (ParameterKind.INTEGER, re.compile(r"(.*_)?(id|count|limit|year|month|hour|number|n)$|(min|max|top)_.*")),
)


class QueryForm(Body):
    """`based_on` is the version that was edited; `overwrite` the newer one that may be built upon instead."""

    model_config = ConfigDict(str_strip_whitespace=False)

    name: str = ""
    description: str = ""
    datasource_id: int | None = None
    sql: str = ""
    watermark_column: str = ""
    watermark_sql: str = ""
    based_on: int | None = None
    overwrite: int | None = None


@dataclass(frozen=True, slots=True)
class Widget:
    """A parameter as the page shows it; `kinds` are those that its placeholders allow."""

    name: str
    kind: ParameterKind
    kinds: tuple[ParameterKind, ...]
    value: str = ""
    end: str = ""
    error: str | None = None


def read_query(fields: Mapping[str, str]) -> Form[QueryForm]:
    """The query's own fields, line ends as Unix writes them."""
    known = {name: fields[name].replace("\r\n", "\n") for name in QueryForm.model_fields if name in fields}
    return read_form(QueryForm, known)


def read_parameters(fields: Mapping[str, str]) -> tuple[list[Declared], dict[str, object]]:
    """Declarations without defaults, and the values given by name, of a form's `param.NAME.*` fields.

    A field whose placeholder is no longer in the form's `sql` is left out; a viewer's form has no SQL, and
    then no declarations either, only values. Raises Invalid for a kind that does not exist.
    """
    names = _names(fields)
    declared: list[Declared] = []
    given: dict[str, object] = {}
    for name, found in _grouped(fields).items():
        if names is not None and name not in names:
            continue
        if "kind" in found:
            declared.append(Declared(name, _kind(name, found["kind"])))
        if "value" in found:
            given[name] = found["value"].replace("\r\n", "\n")
        elif "start" in found or "end" in found:
            given[name] = {"start": found.get("start", ""), "end": found.get("end", "")}
    return declared, given


def with_defaults(declared: Sequence[Declared], given: Mapping[str, object]) -> list[Declared]:
    """What is saved: the values that stand in the form become the defaults, empty ones none."""
    found = []
    for item in declared:
        value = given.get(item.name)
        if item.kind.is_range and isinstance(value, Mapping):
            bounds = (value.get("start") or None, value.get("end") or None)
            found.append(Declared(item.name, item.kind, *bounds))
        else:
            found.append(Declared(item.name, item.kind, value if value and isinstance(value, str) else None))
    return found


def widgets_of_version(template: Template, parameters: Sequence[Parameter]) -> list[Widget]:
    """The parameters of a saved version, showing their defaults."""
    return [
        Widget(
            p.name,
            ParameterKind(p.kind),
            allowed_kinds(template, p.name),
            p.default or "",
            p.default_end or "",
        )
        for p in parameters
    ]


def widgets_of_form(template: Template, fields: Mapping[str, str], errors: Mapping[str, str]) -> list[Widget]:
    """The parameters that the SQL has now; what was typed for one before is kept."""
    grouped = _grouped(fields)
    found = []
    for name in template.distinct:
        typed = grouped.get(name, {})
        kinds = allowed_kinds(template, name)
        kind = typed.get("kind", "")
        chosen = ParameterKind(kind) if kind in set(kinds) else guess_kind(name, kinds)
        value = typed.get("start" if chosen.is_range else "value", "")
        found.append(
            Widget(name, chosen, kinds, value, typed.get("end", ""), errors.get(f"parameters.{name}"))
        )
    return found


def parameter_context(fields: Mapping[str, str], errors: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What `queries/_parameters.html` shows for a form: its widgets, or why its SQL cannot be read.

    `errors` are those of Invalid: the ones at `parameters.NAME` stand beside their fields.
    """
    try:
        template = parse_template(fields.get("sql", "").replace("\r\n", "\n"))
    except BadSql as error:
        written = bool(fields.get("sql", "").strip())
        widgets = widgets_of_form(_as_typed(fields), fields, errors or {})
        return {"widgets": widgets, "bad_sql": error if written else None}
    return {"widgets": widgets_of_form(template, fields, errors or {}), "bad_sql": None}


def same_widgets(fields: Mapping[str, str], widgets: Sequence[Widget]) -> bool:
    """Whether the page shows exactly these parameters already."""
    grouped = _grouped(fields)
    return list(grouped) == [w.name for w in widgets] and all(
        grouped[w.name].get("kind") == w.kind and ("start" in grouped[w.name]) == w.kind.is_range
        for w in widgets
    )


def allowed_kinds(template: Template, name: str) -> tuple[ParameterKind, ...]:
    """A range is used by its bounds, everything else alone."""
    by_bounds = bool(template.bounds_of(name) - {""})
    return tuple(kind for kind in ParameterKind if kind.is_range == by_bounds)


def guess_kind(name: str, kinds: Sequence[ParameterKind]) -> ParameterKind:
    guessed = next((kind for kind, names in _GUESSES if names.match(name.lower())), ParameterKind.TEXT)
    return guessed if guessed in kinds else kinds[0]


def _as_typed(fields: Mapping[str, str]) -> Template:
    """A template that has the form's parameters, for while its SQL has none that can be read."""
    grouped = _grouped(fields).items()
    names = tuple(f"{name}.start" if "start" in typed else name for name, typed in grouped)
    return Template("", ("",) * (len(names) + 1), names, (0,) * (len(names) + 1))


def _names(fields: Mapping[str, str]) -> set[str] | None:
    if "sql" not in fields:
        return None
    try:
        return set(parse_template(fields["sql"].replace("\r\n", "\n")).distinct)
    except BadSql:
        return None


def _grouped(fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """`{"carrier": {"kind": "text", "value": "UA"}}`, in the order sent."""
    grouped: dict[str, dict[str, str]] = {}
    for field, text in fields.items():
        if found := _FIELD.fullmatch(field):
            grouped.setdefault(found[1], {})[found[2]] = text
    return grouped


def _kind(name: str, text: str) -> ParameterKind:
    try:
        return ParameterKind(text)
    except ValueError:
        sentence = "Choose one of the kinds in the list."
        raise Invalid(sentence, fields={f"parameters.{name}": sentence}) from None
