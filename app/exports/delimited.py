"""CSV and TSV, as RFC 4180 and psql's `\\copy ... csv header` write them, lines ending in LF.

NULL is an empty field without quotes, an empty text is `""`. Anything else has quotes where it needs them.
"""

import pyarrow as pa
import pyarrow.compute as pc

from app.exports.formulas import defused, may_hold_formulas
from app.exports.printed import is_text, printed, raw_bytes
from app.exports.writer import Content


class Delimited:
    """Columns to text, texts to lines, each step for a whole chunk at once."""

    def __init__(self, content: Content, separator: str) -> None:
        self._columns = content.columns
        self._keep_formulas = content.keep_formulas
        self._separator = separator
        self._special = f'["{separator}\r\n]'
        if len(content.columns) == 1:
            self._special += r"|^\\\.$"  # alone in a line it would end a COPY
        self._suspects = f'"\\{separator}\r\n'.encode()

    def begin(self) -> bytes:
        names = pa.array([column.name for column in self._columns], pa.string())
        shown = self._quoted(names if self._keep_formulas else defused(names))
        line: str = self._separator.join(shown.to_pylist()) + "\n"
        return line.encode()

    def write(self, batch: pa.RecordBatch) -> bytes:
        if not batch.num_columns:
            return b"\n" * int(batch.num_rows)
        fields = [self._field(place, column) for place, column in enumerate(batch.columns)]
        fields[-1] = pc.binary_join_element_wise(fields[-1], "\n", "", **_EMPTY_FOR_NULL)
        lines = pc.binary_join_element_wise(*fields, self._separator, **_EMPTY_FOR_NULL)
        return raw_bytes(lines)

    def end(self) -> bytes:
        return b""

    def _field(self, place: int, column: pa.Array) -> pa.Array:
        text = printed(column)
        if not is_text(column.type):
            return text  # digits, dates, hex: nothing that needs care
        if not self._keep_formulas and may_hold_formulas(self._columns[place]):
            text = defused(text)
        return self._quoted(text)

    def _quoted(self, text: pa.Array) -> pa.Array:
        needed = pc.equal(pc.binary_length(text), 0)
        raw = raw_bytes(text)
        if len(raw.translate(None, self._suspects)) != len(raw):
            needed = pc.or_(needed, pc.match_substring_regex(text, self._special))
        if not needed.true_count:
            return text
        doubled = pc.replace_substring(text, '"', '""') if b'"' in raw else text
        return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), text)


_EMPTY_FOR_NULL = {"null_handling": "replace", "null_replacement": ""}
