"""The rows themselves."""

from collections.abc import Sequence

from app.visualizations.kinds.base import Column, Kind, Options


class TableOptions(Options):
    pass


def suggest(columns: Sequence[Column], row_count: int) -> TableOptions:
    return TableOptions()


KIND = Kind(
    name="table", label="Table", icon="table", rank=4, options=TableOptions, fields=(), suggest=suggest
)
