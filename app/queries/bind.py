"""From a template, declarations and what somebody gave to one statement with typed values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.core.errors import Invalid
from app.datasources.connectors.base import BoundValue, Position, Statement
from app.queries.given import BOUNDS, Clock, NamedValue, names_of, now_in, values_of
from app.queries.parameters import Declared, ParameterKind
from app.queries.placeholders import Template
from app.queries.relative.words import When
from app.queries.values import BadValue


@dataclass(frozen=True, slots=True)
class Bound:
    """A template and a value for each of its placeholders, in order of first use.

    `zone` is the one in which values were read, None when none depended on it; `first_weekday` likewise,
    from Monday, 0.
    """

    template: Template
    values: tuple[NamedValue, ...]
    zone: str | None = None
    first_weekday: int = 0

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


def utc() -> When:
    """Now, in UTC."""
    return now_in("UTC")


def bind(
    template: Template,
    declared: Sequence[Declared],
    given: Mapping[str, object],
    when: Callable[[], When] = utc,
) -> Bound:
    """Bind what was given, and the default of what was not, and leave out the clauses that lack a value.

    A range is given as `{"start": ..., "end": ...}` or `"2013-01-01..2013-01-31"`, dates and times in words
    too (`"last 7 days"`), read at the moment and in the zone of `when`; many choices as a list;
    `{"kind": ..., "value": ...}` states its kind. What is absent binds NULL outside of clauses.

    Raises Invalid with a sentence for each `parameters.NAME` that needs a value, has one that does not fit,
    or has no place in the SQL.
    """
    errors = {name: "The SQL has no such placeholder." for name in given if name not in template.distinct}
    declarations = {item.name: item for item in declared}
    values: dict[str, NamedValue] = {}
    absent: set[str] = set()
    clock = Clock(when)
    for name in template.distinct:
        try:
            item = declarations.get(name)
            if item is None and name in template.optional and name not in given:
                absent.add(name)
                continue
            if item is None:
                raise BadValue("This has no kind and no value yet.")
            check_use(template, name, item.kind)
            item = with_need(template, item)
            found = values_of(item, given.get(name, ...), clock)
            if not found:
                absent.add(name)
                found = [NamedValue(each, item.value_kind, None) for each in names_of(item)]
            values |= {value.name: value for value in found}
        except BadValue as error:
            errors[name] = str(error)
    if errors:
        raise invalid(errors)
    bound = rebind(template.without(absent), list(values.values()))
    return replace(bound, zone=clock.zone, first_weekday=clock.first_weekday)


def rebind(template: Template, values: Sequence[NamedValue]) -> Bound:
    """Put values that were bound before to the same template. Raises Invalid when one is missing."""
    by_name = {value.name: value for value in values}
    missing = [name for name in template.names if name not in by_name]
    if missing:
        raise invalid({name.partition(".")[0]: "This has no value." for name in missing})
    return Bound(template, tuple(by_name[name] for name in dict.fromkeys(template.names)))


def with_need(template: Template, item: Declared) -> Declared:
    """The declaration, saying whether a value is required: by the SQL, where it leaves that open."""
    return replace(item, required=item.name not in template.optional) if item.required is None else item


def check_use(template: Template, name: str, kind: ParameterKind) -> None:
    """Raises BadValue unless the placeholders of this name are written as its kind demands."""
    bounds = template.bounds_of(name)
    if kind.is_range and "" in bounds:
        raise BadValue(
            f"A {kind.label} is two values: write {{{{ {name}.start }}}} and {{{{ {name}.end }}}}."
        )
    if not kind.is_range and bounds - {""}:
        bound = min(bounds - {""}, key=BOUNDS.index)
        raise BadValue(f"{{{{ {name}.{bound} }}}} needs the kind date range; this is {kind.label}.")


def invalid(errors: Mapping[str, str]) -> Invalid:
    """The error for what is wrong with parameters, by name."""
    fields = {f"parameters.{name}": sentence for name, sentence in errors.items()}
    return Invalid(" ".join(f"{name}: {sentence}" for name, sentence in errors.items()), fields=fields)
