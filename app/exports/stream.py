"""The bytes of an export, as they are made: chunk by chunk, in memory that does not grow with the result."""

from collections.abc import Iterator
from functools import partial

from app.core import db
from app.core.aside import aside
from app.exports.encode import Encode
from app.exports.prepare import Export
from app.exports.writer import Writer
from app.runs.chunks import Damaged, decode
from app.runs.results import some_packed
from app.runs.retention.expired import need_present_still


def stream(export: Export, encode: Encode) -> Iterator[bytes]:
    """Pieces of the file.

    The next chunk is worked on aside while the last one is sent, never more: a slow client slows the work.
    No connection is held while bytes are sent. An error raised here breaks the download off, so that nobody
    takes a part for the whole.
    """
    run = export.content.run
    press = _Press(export.format.writer(export.content), encode)
    ahead = aside(press.begin)
    for packed in _packed(run.id, run.row_count or 0):
        behind, ahead = ahead, aside(partial(press.write, packed))
        if piece := behind.result():
            yield piece
    if piece := ahead.result():
        yield piece
    if press.rows != run.row_count:
        raise Damaged(f"Of {run.row_count:,} rows {press.rows:,} are there.")
    yield aside(press.end).result()


class _Press:
    """A writer and what its bytes go through; counts the rows."""

    def __init__(self, writer: Writer, encode: Encode) -> None:
        self._writer, self._encode = writer, encode
        self.rows = 0

    def begin(self) -> bytes:
        return self._encode(self._writer.begin(), False)

    def write(self, packed: bytes | memoryview) -> bytes:
        batch = decode(packed)
        self.rows += batch.num_rows
        return self._encode(self._writer.write(batch), False)

    def end(self) -> bytes:
        return self._encode(self._writer.end(), True)


def _packed(run_id: int, row_count: int) -> Iterator[bytes | memoryview]:
    first: int | None = 0 if row_count else None
    while first is not None:
        with db.reading_session() as session:
            pieces, first = some_packed(session, run_id, first)
            if first is None:
                need_present_still(session, run_id)
        yield from pieces
