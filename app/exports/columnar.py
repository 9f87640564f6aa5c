"""Arrow and Parquet: the values in their own types, with the run's evidence in the file's metadata."""

import pyarrow as pa

from app.exports.printed import printed
from app.exports.writer import Content

GROUP_BYTES = 8_000_000  # of a Parquet row group, raw
GROUP_ROWS = 50_000


class ArrowFile:
    """Arrow's IPC file format, one record batch a chunk, not compressed so that readers may map it."""

    def __init__(self, content: Content) -> None:
        self._schema = schema_of(content)
        self._sink = Sink()

    def begin(self) -> bytes:
        self._writer = pa.ipc.new_file(self._sink, self._schema)
        return self._sink.taken()

    def write(self, batch: pa.RecordBatch) -> bytes:
        self._writer.write_batch(unified(batch, self._schema))
        return self._sink.taken()

    def end(self) -> bytes:
        self._writer.close()
        return self._sink.taken()


class ParquetFile:
    """Row groups of several chunks, compressed with zstd."""

    def __init__(self, content: Content) -> None:
        self._schema = schema_of(content)
        self._sink = Sink()
        self._gathered: list[pa.RecordBatch] = []

    def begin(self) -> bytes:
        import pyarrow.parquet as pq  # 10 MB that only some downloads need

        self._writer = pq.ParquetWriter(self._sink, self._schema, compression="zstd", compression_level=1)
        return self._sink.taken()

    def write(self, batch: pa.RecordBatch) -> bytes:
        self._gathered.append(unified(batch, self._schema))
        rows = sum(each.num_rows for each in self._gathered)
        if rows < GROUP_ROWS and sum(each.nbytes for each in self._gathered) < GROUP_BYTES:
            return b""
        self._put()
        return self._sink.taken()

    def end(self) -> bytes:
        if self._gathered:
            self._put()
        self._writer.close()
        return self._sink.taken()

    def _put(self) -> None:
        self._writer.write_table(pa.Table.from_batches(self._gathered, self._schema))
        self._gathered = []


class Sink:
    """A file to be written that only remembers what nobody has taken yet."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._at = 0

    def write(self, data: bytes | pa.Buffer | memoryview) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def taken(self) -> bytes:
        """What was written since the last call."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def schema_of(content: Content) -> pa.Schema:
    fields = [pa.field(c.name, kind) for c, kind in zip(content.columns, content.types, strict=True)]
    return pa.schema(fields, {f"plumbline.{name}": value for name, value in content.notes.items()})


def unified(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The batch in the types of the whole result: a column that is text anywhere is text everywhere."""
    if not batch.num_columns:
        return batch
    columns = [
        column if column.type == field.type else printed(column).cast(field.type)
        for column, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
