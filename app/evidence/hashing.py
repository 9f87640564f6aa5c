"""The output hash: SHA-256 over names, types and values in row order, as docs/evidence.md defines it.

Each column is hashed in four streams that know nothing of batches: the ordinary values, their lengths where
these differ, the rows that are NULL, and the values that the column's form cannot hold.
"""

import hashlib
import logging
import struct
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from app.evidence.forms import Described, Form, Unhashable, form_of, write

__all__ = ["Described", "OutputHash", "Unhashable", "output_hash"]

log = logging.getLogger(__name__)

TITLE = b"plumbline output hash 1\n"


class OutputHash:
    """Fed batches in order. Hashing lets go of the GIL; one thread at a time."""

    def __init__(self, columns: Sequence[Described]) -> None:
        self._columns = [_ColumnHash(column, form_of(column)) for column in columns]
        self._rows = 0
        self._useless = False

    def update(self, batch: pa.RecordBatch) -> None:
        """Raises Unhashable for a column in an unexpected Arrow type."""
        if batch.num_columns != len(self._columns):
            raise Unhashable(f"A batch has {batch.num_columns} columns where {len(self._columns)} are due.")
        for column, values in zip(self._columns, batch.columns, strict=True):
            column.update(values, self._rows)
        self._rows += batch.num_rows

    def offer(self, batch: pa.RecordBatch) -> None:
        """As `update`, but a result that cannot be hashed only goes without a hash: `digest` is None then."""
        if self._useless:
            return
        try:
            self.update(batch)
        except Unhashable as error:
            log.warning("result cannot be hashed", extra={"why": str(error)})
            self._useless = True

    @property
    def rows(self) -> int:
        return self._rows

    @property
    def digest(self) -> str | None:
        """`sha256:` and the hash, or None when something offered had no rule."""
        return None if self._useless else "sha256:" + self.hexdigest()

    def hexdigest(self) -> str:
        """Of what was fed so far, 64 hexadecimal digits."""
        whole = hashlib.sha256(TITLE)
        whole.update(struct.pack("<QI", self._rows, len(self._columns)))
        for column in self._columns:
            whole.update(column.summary())
        return whole.hexdigest()


def output_hash(columns: Sequence[Described], batches: Iterable[pa.RecordBatch]) -> str:
    """The hash of a whole result. Raises Unhashable."""
    whole = OutputHash(columns)
    for batch in batches:
        whole.update(batch)
    return whole.hexdigest()


class _ColumnHash:
    def __init__(self, column: Described, form: Form) -> None:
        self._column = column
        self._form = form
        self._values, self._lengths = hashlib.sha256(), hashlib.sha256()
        self._nulls, self._exceptions = hashlib.sha256(), hashlib.sha256()

    def update(self, values: pa.Array, first_row: int) -> None:
        rows: pa.Array | None = None
        if values.null_count:
            missing = values.is_null()
            self._nulls.update(_raw(_numbered(missing, first_row)))
            rows = _numbered(pc.invert(missing), first_row)
            values = values.drop_null()
        written = write(values, self._form)
        for index, text in written.exceptions:
            row = first_row + index if rows is None else rows[index].as_py()
            self._exceptions.update(struct.pack("<QI", row, len(text)) + text)
        if self._form.fixed:
            self._values.update(_raw(written.ordinary))
        else:
            self._values.update(_bytes(written.ordinary))
            self._lengths.update(_raw(pc.binary_length(written.ordinary).cast(pa.int32())))

    def summary(self) -> bytes:
        words = (self._column.name, self._column.type, self._form.name)
        texts = (word.encode("utf-8", "surrogatepass") for word in words)
        streams = (self._values, self._lengths, self._nulls, self._exceptions)
        return b"".join(struct.pack("<I", len(text)) + text for text in texts) + b"".join(
            stream.digest() for stream in streams
        )


def _numbered(chosen: pa.Array, first_row: int) -> pa.Array:
    """Numbers of the chosen rows in the whole result."""
    return pc.add(pc.indices_nonzero(chosen), pa.scalar(first_row, pa.uint64()))


def _raw(values: pa.Array) -> memoryview:
    """The bytes of an array of equally long values."""
    if not len(values):
        return memoryview(b"")
    width = values.type.bit_width // 8
    return memoryview(values.buffers()[1])[values.offset * width : (values.offset + len(values)) * width]


def _bytes(values: pa.Array) -> memoryview:
    """The bytes of all values of an array of text or binary, one after the other."""
    _, offsets, data = values.buffers()
    if not len(values) or data is None:
        return memoryview(b"")
    large = pa.types.is_large_string(values.type) or pa.types.is_large_binary(values.type)
    at = memoryview(offsets).cast("q" if large else "i")
    return memoryview(data)[at[values.offset] : at[values.offset + len(values)]]
