"""Declarations of parameters, checked against the SQL that they are for."""

import json
from collections.abc import Sequence
from dataclasses import replace

from app.core.text import unstorable
from app.datasources.connectors.base import ValueKind
from app.queries.bind import check_use, invalid, utc, with_need
from app.queries.given import Clock, default_of, values_of
from app.queries.models import Parameter
from app.queries.parameters import CHOICE_TYPES, Choice, Declared, ParameterKind
from app.queries.patterns import check_pattern
from app.queries.placeholders import Template
from app.queries.values import BadValue, canonical

LONGEST_LABEL = 100
MOST_CHOICES = 1_000


def declare(template: Template, parameters: Sequence[Declared]) -> list[Declared]:
    """One declaration for each placeholder, in order of first use, defaults in canonical form.

    Raises Invalid at `parameters.NAME` for one that is missing, declared twice, not in the SQL, used
    otherwise than its kind demands, or whose pattern, choices or default do not fit.
    """
    by_name = {item.name: item for item in parameters}
    errors = {name: "The SQL has no such placeholder." for name in by_name if name not in template.distinct}
    if len(by_name) < len(parameters):
        names = [item.name for item in parameters]
        errors |= {name: "This is declared twice." for name in by_name if names.count(name) > 1}
    declared = []
    for name in template.distinct:
        try:
            if name not in by_name:
                raise BadValue("Choose a kind for this.")
            check_use(template, name, by_name[name].kind)
            declared.append(_with_default(_checked(with_need(template, by_name[name]))))
        except BadValue as error:
            errors.setdefault(name, str(error))
    if errors:
        raise invalid(errors)
    return declared


def declared_of(parameters: Sequence[Parameter]) -> list[Declared]:
    """A saved version's parameters as the binder knows them."""
    return [
        Declared(
            p.name,
            ParameterKind(p.kind),
            p.default,
            p.default_end,
            label=p.label,
            required=p.required,
            pattern=p.pattern,
            of=ValueKind(p.choice_type),
            choices=tuple(map(Choice, p.choice_values, p.choice_labels)),
            choices_from=p.choices_from,
        )
        for p in parameters
    ]


def _checked(item: Declared) -> Declared:
    """Without the settings that belong to other kinds. Raises BadValue for one that cannot be."""
    if len(item.label) > LONGEST_LABEL:
        raise BadValue(f"A label has at most {LONGEST_LABEL} characters.")
    if problem := unstorable(item.label + (item.pattern or "")):
        raise BadValue(problem)
    pattern = item.pattern if item.kind is ParameterKind.TEXT else None
    if pattern:
        check_pattern(pattern)
    if not item.kind.is_choice:
        return replace(item, pattern=pattern or None, of=ValueKind.TEXT, choices=(), choices_from=None)
    if item.of not in CHOICE_TYPES:
        raise BadValue(f"Choices are {', '.join(CHOICE_TYPES[:-1])} or {CHOICE_TYPES[-1]}.")
    choices = () if item.choices_from is not None else _choices(item)
    return replace(item, pattern=None, choices=choices)


def _choices(item: Declared) -> tuple[Choice, ...]:
    """In the order written. Raises BadValue for none, too many, one that does not fit and one given twice."""
    if not item.choices:
        raise BadValue("Write the choices, one a line, or take them from a query.")
    if len(item.choices) > MOST_CHOICES:
        raise BadValue(f"There are {len(item.choices):,} choices; at most {MOST_CHOICES:,} are possible.")
    found: dict[str, Choice] = {}
    for choice in item.choices:
        try:
            value = canonical(item.of, choice.value)
        except BadValue as error:
            raise BadValue(f"Choice “{choice.value[:40]}”: {error}") from None
        if value in found:
            raise BadValue(f"The choice “{value[:40]}” is there twice.")
        if problem := unstorable(choice.label):
            raise BadValue(problem)
        found[value] = Choice(value, choice.label.strip()[:LONGEST_LABEL])
    return tuple(found.values())


def _with_default(item: Declared) -> Declared:
    """The default in canonical form, or in words where it was said so. Raises BadValue."""
    if item.default_end is not None and not item.kind.is_range:
        raise BadValue("Only a range has a second default.")
    if item.default is None and item.default_end is None:
        return item
    if item.default_end is not None and item.default is None:
        raise BadValue("A default needs a start and an end.")
    if item.kind is ParameterKind.CHOICES and not _is_list(item.default):
        raise BadValue("The default of many choices is a list.")
    clock = Clock(utc)
    found = values_of(replace(item, required=False), default_of(item), clock)
    if not found:
        return replace(item, default=None, default_end=None)
    if len(found) == 1:
        return replace(item, default=found[0].words or found[0].text)
    start, end = found
    if item.default_end is None and start.words:
        return replace(item, default=start.words)
    if item.kind is ParameterKind.TIMESTAMP_RANGE:
        # Read again for each run: a bound without an offset means the zone of that time.
        return replace(
            item, default=(item.default or "").strip(), default_end=(item.default_end or "").strip()
        )
    return replace(item, default=start.words or start.text, default_end=end.words or end.text)


def _is_list(text: str | None) -> bool:
    try:
        return isinstance(json.loads(text or ""), list)
    except ValueError:
        return False
