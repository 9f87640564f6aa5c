"""A good first drawing, from the names and kinds of the columns."""

from collections.abc import Sequence

from pydantic import BaseModel

from app.visualizations.check import read_options
from app.visualizations.kinds.base import Column, Kind, measures, of_kind
from app.visualizations.kinds.registry import kinds

TRIED_FIRST = ("stat", "line", "bar")


def best(columns: Sequence[Column], row_count: int) -> tuple[Kind, BaseModel]:
    """One number of one row is a stat, numbers over time are lines, numbers by text bars; else a table."""
    for name in TRIED_FIRST:
        if options := kinds()[name].suggest(columns, row_count):
            return kinds()[name], options
    table = kinds()["table"]
    return table, table.options()


def for_kind(kind: Kind, columns: Sequence[Column], row_count: int) -> dict[str, object]:
    """Options to start a kind with: good ones, else the first columns that fit; none where none do."""
    if suggested := kind.suggest(columns, row_count):
        return suggested.model_dump()
    found: dict[str, object] = {}
    for field in kind.fields:
        if field.required:
            fitting = of_kind(columns, field.accepts)
            if field.name == "value":
                fitting.sort(key=lambda name: name not in measures(columns))
            free = [name for name in fitting if name not in found.values() and [name] not in found.values()]
            if not (chosen := next(iter(free or fitting), None)):
                return {}
            found[field.name] = [chosen] if field.type == "columns" else chosen
    return read_options(kind, found)[0]


def name_for(kind: Kind, options: BaseModel) -> str:
    """ "delay and flights by day", "Number of rows", "Table"."""
    values = options.model_dump()
    if y := values.get("y"):
        names = [y] if isinstance(y, str) else y
        listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        return f"{listed} by {values['x']}"[:100]
    return str(values.get("value") or kind.label)[:100]
