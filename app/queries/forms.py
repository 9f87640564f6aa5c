"""What the workbench sends: a query's fields, and its parameters as `param.NAME.*` fields."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ConfigDict

from app.datasources.connectors.base import ValueKind
from app.queries.bind import invalid
from app.queries.parameters import Choice, Declared, ParameterKind
from app.queries.placeholders import BadSql, parse_template
from app.web.forms import Body, Form, read_form

_FIELD = re.compile(
    r"param\.([A-Za-z_][A-Za-z0-9_]*)"
    r"\.(kind|value|start|end|words|settings|label|required|pattern|of|choices|choices_from)",
    re.ASCII,
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
    time_zone: str | None = None
    based_on: int | None = None
    overwrite: int | None = None


def read_query(fields: Mapping[str, str]) -> Form[QueryForm]:
    """The query's own fields, line ends as Unix writes them."""
    known = {name: fields[name].replace("\r\n", "\n") for name in QueryForm.model_fields if name in fields}
    return read_form(QueryForm, known)


def read_parameters(fields: Mapping[str, str]) -> tuple[list[Declared], dict[str, object]]:
    """Declarations without defaults, and the values given by name, of a form's `param.NAME.*` fields.

    A field whose placeholder is no longer in the form's `sql` is left out; a viewer's form has no SQL. Raises
    Invalid for a setting that cannot be.
    """
    names = _names_in_sql(fields)
    declared, given = declared_in(fields, strict=True), given_in(fields)
    kept = [item for name, item in declared.items() if names is None or name in names]
    return kept, {name: value for name, value in given.items() if names is None or name in names}


def with_defaults(declared: Sequence[Declared], given: Mapping[str, object]) -> list[Declared]:
    """What is saved: the values that stand in the form become the defaults, empty ones none."""
    return [_with_default(item, given.get(item.name)) for item in declared]


def given_in(fields: Mapping[str, str]) -> dict[str, object]:
    """What stands in the fields: text, None where it is empty, a list, two bounds, or words."""
    given: dict[str, object] = {}
    for name, found in _grouped(fields).items():
        if words := found.get("words", [""])[0].strip():
            given[name] = words
        elif "start" in found or "end" in found:
            given[name] = {bound: found.get(bound, [""])[0] for bound in ("start", "end")}
        elif "value" in found:
            texts = [text.replace("\r\n", "\n") for text in found["value"] if text]
            given[name] = texts if len(found["value"]) > 1 else texts[0] if texts else None
    return given


def declared_in(fields: Mapping[str, str], *, strict: bool = False) -> dict[str, Declared]:
    """Declarations by name, without defaults; what cannot be is left out, or with `strict` raises Invalid."""
    declared = {}
    for name, found in _grouped(fields).items():
        if "kind" not in found:
            continue
        try:
            declared[name] = _declaration(name, {field: texts[0] for field, texts in found.items()})
        except ValueError as error:
            if strict:
                raise invalid({name: str(error)}) from None
    return declared


def names_in(fields: Mapping[str, str]) -> dict[str, str]:
    """The parameters that a form shows, in order, each with the word for its kind."""
    return {name: found.get("kind", [""])[0] for name, found in _grouped(fields).items()}


def written_sql(fields: Mapping[str, str]) -> str | None:
    """The form's SQL, line ends as Unix writes them; None for a form without."""
    return fields["sql"].replace("\r\n", "\n") if "sql" in fields else None


def lines_of(choices: Iterable[Choice]) -> str:
    """Choices as their field shows them: `value | label`, one a line."""
    return "\n".join(f"{c.value} | {c.label}" if c.label else c.value for c in choices)


def _declaration(name: str, found: Mapping[str, str]) -> Declared:
    """Raises ValueError with a sentence."""
    item = Declared(name, _word(ParameterKind, found["kind"], "Choose one of the kinds in the list."))
    if "settings" not in found:
        return item
    source = found.get("choices_from", "").strip()
    if source and not (source.isascii() and source.isdigit() and len(source) < 19):
        raise ValueError("Write the number of a query, such as 12.")
    return replace(
        item,
        label=found.get("label", "").strip(),
        required="required" in found,
        pattern=found.get("pattern") or None,
        of=_word(ValueKind, found.get("of", ValueKind.TEXT), "Choose one of the types in the list."),
        choices=tuple(_choices(found.get("choices", ""))),
        choices_from=int(source) if source else None,
    )


def _word(kinds: Any, text: str, sentence: str) -> Any:
    try:
        return kinds(text)
    except ValueError:
        raise ValueError(sentence) from None


def _choices(text: str) -> Iterable[Choice]:
    for line in text.splitlines():
        value, _, label = line.partition(" | ")
        if value.strip():
            yield Choice(value.strip(), label.strip())


def _with_default(item: Declared, value: object) -> Declared:
    if item.kind.is_range and isinstance(value, Mapping):
        return replace(item, default=value.get("start") or None, default_end=value.get("end") or None)
    if item.kind is ParameterKind.CHOICES and value:
        return replace(item, default=json.dumps(value if isinstance(value, list) else [value]))
    if isinstance(value, str) and item.kind.is_range and ".." in value:
        start, _, end = value.partition("..")
        return replace(item, default=start, default_end=end)
    return replace(item, default=value) if isinstance(value, str) and value else item


def _names_in_sql(fields: Mapping[str, str]) -> set[str] | None:
    sql = written_sql(fields)
    if sql is None:
        return None
    try:
        return set(parse_template(sql).distinct)
    except BadSql:
        return None


def _grouped(fields: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """`{"carrier": {"kind": ["text"], "value": ["UA"]}}`, in the order sent; a field may come repeatedly."""
    grouped: dict[str, dict[str, list[str]]] = {}
    several = getattr(fields, "getlist", None)
    for field in fields:
        if found := _FIELD.fullmatch(field):
            texts = several(field) if several else [fields[field]]
            grouped.setdefault(found[1], {})[found[2]] = texts
    return grouped
