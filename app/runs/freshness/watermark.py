"""How far a run's events had come: the greatest value of a column while it streams, or a statement beside."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from app.core.errors import Invalid
from app.datasources.connectors.base import Aside, Column, ColumnKind, Execution, Statement
from app.queries.bind import rebind
from app.queries.placeholders import parse_template
from app.runs.cells import exact
from app.runs.claim import Claim

ORDERED = (
    ColumnKind.TIMESTAMP,
    ColumnKind.DATE,
    ColumnKind.INTEGER,
    ColumnKind.DECIMAL,
    ColumnKind.FLOAT,
    ColumnKind.TEXT,
)
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:\d\d)?)")


class Watermark:
    """Of one claimed run: `aside` goes to the connector, and the batches pass through `watch`."""

    def __init__(self, claimed: Claim) -> None:
        self._claimed = claimed
        self._greatest: pa.Scalar | None = None
        self._reason: str | None = None
        self.aside = self._beside()

    def _beside(self) -> Statement | None:
        """What the run left out, for want of a value, is left out here too."""
        claimed = self._claimed
        if claimed.watermark.sql is None:
            return None
        template = parse_template(claimed.watermark.sql)
        bound = {value.name for value in claimed.values}
        absent = {name.partition(".")[0] for name in template.names if name not in bound}
        try:
            return rebind(template.without(absent), claimed.values).statement(claimed.comment)
        except Invalid:
            self._reason = f"Without a value in this run: {', '.join(sorted(absent))}."
            return None

    def watch(
        self, columns: tuple[Column, ...], batches: Iterator[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        """The same batches."""
        name = self._claimed.watermark.column
        if name is None:
            return batches
        place = next((i for i, column in enumerate(columns) if column.name == name), None)
        if place is None:
            self._reason = f"The result has no column {name}."
            return batches
        if columns[place].kind not in ORDERED:
            self._reason = f"The column {name} is {columns[place].type}, which has no greatest value."
            return batches
        return self._watched(place, batches)

    def found(self, execution: Execution) -> Aside | None:
        """The value and why there is none; None where no watermark is declared."""
        if self._claimed.watermark.sql is not None:
            said = execution.aside or Aside(reason=self._reason or "The source was not asked.")
            return Aside(_instant(said.value), said.reason)
        if self._claimed.watermark.column is None:
            return None
        if self._reason is None and self._greatest is not None:
            return Aside(_instant(str(exact(pa.array([self._greatest.as_py()], self._greatest.type))[0])))
        return Aside(reason=self._reason or "No row has a value there.")

    def _watched(self, place: int, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if self._reason is None:
                self._look(batch.column(place))
            yield batch

    def _look(self, values: pa.Array) -> None:
        greatest = pc.max(values)
        if not greatest.is_valid:
            return
        if self._greatest is None:
            self._greatest = greatest
        elif self._greatest.type != greatest.type:
            self._reason = "It holds values such as infinity, which cannot be compared with the others."
        elif pc.greater(greatest, self._greatest).as_py():
            self._greatest = greatest


def _instant(text: str | None) -> str | None:
    """A time with a zone as RFC 3339 in UTC, anything else as it is."""
    if text is None or not _ZONED.fullmatch(text):
        return text
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return text
