"""Declarations of parameters, checked against the SQL that they are for."""

from collections.abc import Sequence

from app.core.errors import Invalid
from app.queries.bind import canonical_range, check_use
from app.queries.parameters import BadValue, Declared, canonical
from app.queries.placeholders import Template


def declare(template: Template, parameters: Sequence[Declared]) -> list[Declared]:
    """One declaration for each placeholder, in order of first use, defaults in canonical form.

    Raises Invalid at `parameters.NAME` for one that is missing, declared twice, not in the SQL, used
    otherwise than its kind demands, or whose default does not fit.
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
            declared.append(_with_canonical_default(template, by_name[name]))
        except BadValue as error:
            errors.setdefault(name, str(error))
    if errors:
        raise Invalid(
            " ".join(f"{name}: {sentence}" for name, sentence in errors.items()),
            fields={f"parameters.{name}": sentence for name, sentence in errors.items()},
        )
    return declared


def _with_canonical_default(template: Template, item: Declared) -> Declared:
    check_use(template, item.name, item.kind)
    if item.kind.is_range:
        if item.default is None and item.default_end is None:
            return item
        if item.default is None or item.default_end is None:
            raise BadValue("A default needs a start and an end.")
        return Declared(item.name, item.kind, *canonical_range(item.default, item.default_end))
    if item.default_end is not None:
        raise BadValue("Only a range has a second default.")
    default = None if item.default is None else canonical(item.kind.value_kind, item.default)
    return Declared(item.name, item.kind, default)
