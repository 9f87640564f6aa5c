"""JSON and NDJSON: an object for each row, its values as the API has them (`runs/cells.py`)."""

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from app.exports.printed import is_text, printed, raw_bytes
from app.exports.writer import Content
from app.runs.cells import EXACT_INTEGER

_ESCAPED = bytes(range(32)) + b'"\\'
_SPECIAL = r'[\x00-\x1f"\\]'


class Objects:
    """`first`, `between` and `last` stand around the objects: `[`, `,` and `]`, or nothing."""

    def __init__(self, content: Content, first: str, between: str, last: str) -> None:
        keys = [orjson.dumps(name).decode() for name in distinct([c.name for c in content.columns])]
        self._heads = [f"{',' if place else '{'}{key}:" for place, key in enumerate(keys)]
        self._first, self._between, self._last = first, between, last
        self._written = False

    def begin(self) -> bytes:
        return self._first.encode()

    def write(self, batch: pa.RecordBatch) -> bytes:
        if not batch.num_rows:
            return b""
        begin = self._between.encode() + b"\n" if self._written else b""
        self._written = True
        if not batch.num_columns:
            return begin + f"{self._between}\n".join(["{}"] * batch.num_rows).encode()
        parts: list[pa.Array | str] = []
        for head, column in zip(self._heads, batch.columns, strict=True):
            parts += [head, json_values(column)]
        lines = pc.binary_join_element_wise(*parts, f"}}{self._between}\n", "")
        written = raw_bytes(lines)
        return begin + written[: -len(self._between) - 1]

    def end(self) -> bytes:
        return (("\n" if self._written else "") + self._last).encode()


def distinct(names: list[str]) -> list[str]:
    """The names, each once: of several alike the later ones get `_2`, `_3` and so on."""
    taken = set(names)
    found: list[str] = []
    for name in names:
        new, number = name, 1
        while new in found or (number > 1 and new in taken):
            number += 1
            new = f"{name}_{number}"
        found.append(new)
    return found


def json_values(column: pa.Array) -> pa.Array:
    """Each value as JSON text; NULL is `null`."""
    kind = column.type
    text = printed(column)
    if pa.types.is_boolean(kind):
        shown = text
    elif pa.types.is_integer(kind):
        shown = _quoted_where(text, _beyond(column))
    elif pa.types.is_floating(kind):
        shown = _quoted_where(text, pc.invert(pc.is_finite(column)))
    elif is_text(kind):
        shown = _strings(text)
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        shown = pc.binary_join_element_wise('"\\', text, '"', "")
    else:
        shown = pc.binary_join_element_wise('"', text, '"', "")
    return pc.fill_null(shown, "null")


def _beyond(column: pa.Array) -> pa.Array:
    wide = column.cast(pa.int64())
    return pc.or_(pc.greater(wide, EXACT_INTEGER), pc.less(wide, -EXACT_INTEGER))


def _quoted_where(text: pa.Array, mask: pa.Array) -> pa.Array:
    if not mask.true_count:
        return text
    return pc.if_else(mask, pc.binary_join_element_wise('"', text, '"', ""), text)


def _strings(text: pa.Array) -> pa.Array:
    quoted = pc.binary_join_element_wise('"', text, '"', "")
    raw = raw_bytes(text)
    if len(raw.translate(None, _ESCAPED)) == len(raw):
        return quoted
    special = pc.fill_null(pc.match_substring_regex(text, _SPECIAL), False)
    escaped = [orjson.dumps(value).decode() for value in text.filter(special).to_pylist()]
    return pc.replace_with_mask(quoted, special, pa.array(escaped, pa.string()))
