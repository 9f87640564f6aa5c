"""From a template, declarations and what somebody gave to one statement with typed values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from app.core.errors import Invalid
from app.datasources.connectors.base import BoundValue, Position, Statement, ValueKind
from app.queries.parameters import BadValue, Declared, ParameterKind, canonical
from app.queries.placeholders import Template

BOUNDS = ("start", "end")


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A value as it is bound, in canonical form; a range is two, `period.start` and `period.end`."""

    name: str
    kind: ValueKind
    text: str | None


@dataclass(frozen=True, slots=True)
class Bound:
    """A template and a value for each of its placeholders, in order of first use."""

    template: Template
    values: tuple[NamedValue, ...]

    def statement(self, comment: str = "") -> Statement:
        """What a connector runs; `comment` is for the database's administrator."""
        slot_of = {value.name: slot for slot, value in enumerate(self.values)}
        return Statement(
            parts=self.template.parts,
            slots=tuple(slot_of[name] for name in self.template.names),
            values=tuple(BoundValue(value.kind, value.text) for value in self.values),
            comment=comment,
        )

    def place(self, position: Position) -> int:
        """Where a connector's position lies in the SQL as written: from 1, in characters."""
        part = min(max(position.part, 0), len(self.template.parts) - 1)
        offset = min(max(position.offset, 0), len(self.template.parts[part]))
        return self.template.part_starts[part] + offset + 1


def bind(template: Template, declared: Sequence[Declared], given: Mapping[str, object]) -> Bound:
    """Bind what was given, and the default of what was not.

    A range is given as `{"start": ..., "end": ...}` or `"2013-01-01..2013-01-31"`; None binds NULL;
    `{"kind": ..., "value": ...}` states its kind. Raises Invalid with a sentence for each `parameters.NAME`
    that has no value, a value of the wrong kind, or no place in the SQL.
    """
    errors = {name: "The SQL has no such placeholder." for name in given if name not in template.distinct}
    declarations = {item.name: item for item in declared}
    values: dict[str, NamedValue] = {}
    for name in template.distinct:
        try:
            item = declarations.get(name)
            if item is None:
                raise BadValue("This has no kind and no value yet.")
            check_use(template, name, item.kind)
            values |= {value.name: value for value in _values_of(item, given)}
        except BadValue as error:
            errors[name] = str(error)
    if errors:
        raise _invalid(errors)
    return rebind(template, list(values.values()))


def rebind(template: Template, values: Sequence[NamedValue]) -> Bound:
    """Put values that were bound before to the same template. Raises Invalid when one is missing."""
    by_name = {value.name: value for value in values}
    missing = [name for name in template.names if name not in by_name]
    if missing:
        raise _invalid({name.partition(".")[0]: "This has no value." for name in missing})
    return Bound(template, tuple(by_name[name] for name in dict.fromkeys(template.names)))


def infer(template: Template, given: Mapping[str, object]) -> list[Declared]:
    """Declarations for SQL that was never saved, from the JSON values given for it.

    true and false are booleans, whole numbers integers, others decimals, strings and null text,
    `{"start", "end"}` a date range; `{"kind", "value"}` says so itself.
    Raises Invalid for a kind that does not exist.
    """
    found = []
    errors = {}
    for name in template.distinct:
        if name in given:
            try:
                found.append(Declared(name, _kind_of(template, name, given[name])))
            except BadValue as error:
                errors[name] = str(error)
    if errors:
        raise _invalid(errors)
    return found


def check_use(template: Template, name: str, kind: ParameterKind) -> None:
    """Raises BadValue unless the placeholders of this name are written as its kind demands."""
    bounds = template.bounds_of(name)
    if kind.is_range and "" in bounds:
        raise BadValue(f"A date range is two values: write {{{{ {name}.start }}}} and {{{{ {name}.end }}}}.")
    if not kind.is_range and bounds - {""}:
        bound = min(bounds - {""}, key=BOUNDS.index)
        raise BadValue(f"{{{{ {name}.{bound} }}}} needs the kind date range; this is {kind.label}.")


def range_of(value: object) -> tuple[object, object]:
    """The two bounds of a range as given; a bound that was left out is Ellipsis. Raises BadValue."""
    if isinstance(value, str):
        start, dots, end = value.partition("..")
        if dots:
            return start, end
    elif isinstance(value, Mapping) and value and value.keys() <= set(BOUNDS):
        return value.get("start", ...), value.get("end", ...)
    raise BadValue("Give a start and an end, such as 2013-01-01..2013-01-31.")


def canonical_range(start: object, end: object) -> tuple[str | None, str | None]:
    """Both bounds as ISO dates; None stays None. Raises BadValue for a reversed range too."""
    texts = []
    for bound, value in zip(BOUNDS, (start, end), strict=True):
        try:
            texts.append(None if value is None else canonical(ValueKind.DATE, value))
        except BadValue as error:
            raise BadValue(f"{bound.capitalize()}: {error}") from None
    first, last = texts
    if first is not None and last is not None and last < first:
        raise BadValue(f"The range ends ({last}) before it starts ({first}).")
    return first, last


def _values_of(item: Declared, given: Mapping[str, object]) -> list[NamedValue]:
    value = given.get(item.name, ...)
    if _states_kind(value):
        if value["kind"] != item.kind:
            raise BadValue(f"This is {item.kind.label} here, not {_shown(value['kind'])}.")
        value = value["value"]
    if item.kind.is_range:
        return _range_values(item, value)
    if value is ...:
        if item.default is None:
            raise BadValue("This needs a value.")
        value = item.default
    text = None if value is None else canonical(item.kind.value_kind, value)
    return [NamedValue(item.name, item.kind.value_kind, text)]


def _range_values(item: Declared, value: object) -> list[NamedValue]:
    pair = (..., ...) if value is ... else (None, None) if value is None else range_of(value)
    defaults = (item.default, item.default_end)
    if any(bound is ... and default is None for bound, default in zip(pair, defaults, strict=True)):
        raise BadValue("This needs a start and an end.")
    start, end = (default if bound is ... else bound for bound, default in zip(pair, defaults, strict=True))
    return [
        NamedValue(f"{item.name}.{bound}", ValueKind.DATE, text)
        for bound, text in zip(BOUNDS, canonical_range(start, end), strict=True)
    ]


def _kind_of(template: Template, name: str, value: object) -> ParameterKind:
    if _states_kind(value):
        try:
            return ParameterKind(value["kind"])
        except ValueError:
            kinds = ", ".join(ParameterKind)
            raise BadValue(f"{_shown(value['kind'])} is no kind; there are {kinds}.") from None
    if isinstance(value, Mapping) or template.bounds_of(name) - {""}:
        return ParameterKind.DATE_RANGE
    for type_, kind in _KINDS:
        if isinstance(value, type_):
            return kind
    raise BadValue("Give text, a number, true, false, null, or an object with start and end.")


_KINDS: tuple[tuple[type, ParameterKind], ...] = (
    (bool, ParameterKind.BOOLEAN),
    (int, ParameterKind.INTEGER),
    (float, ParameterKind.DECIMAL),
    (str, ParameterKind.TEXT),
    (type(None), ParameterKind.TEXT),
)


def _states_kind(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping) and value.keys() == {"kind", "value"}


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str) and len(value) <= 40 else "that"


def _invalid(errors: Mapping[str, str]) -> Invalid:
    fields = {f"parameters.{name}": sentence for name, sentence in errors.items()}
    return Invalid(" ".join(f"{name}: {sentence}" for name, sentence in errors.items()), fields=fields)
