"""The bytes of an export, as they are made: chunk by chunk, in memory that does not grow with the result."""

from collections.abc import Iterator
from functools import partial

from app.core.aside import aside
from app.exports.encode import Encode
from app.exports.prepare import Export
from app.exports.source import Work
from app.exports.writer import Writer
from app.runs.chunks import Damaged


def stream(export: Export, encode: Encode) -> Iterator[bytes]:
    """Pieces of the file.

    The next chunk is worked on aside while the last one is sent, never more: a slow client slows the work.
    No connection is held while bytes are sent. An error raised here breaks the download off, so that nobody
    takes a part for the whole.
    """
    due = export.content.row_count
    press = _Press(export.format.writer(export.content), encode)
    ahead = aside(press.begin)
    for work in export.batches():
        behind, ahead = ahead, aside(partial(press.write, work))
        if piece := behind.result():
            yield piece
    if piece := ahead.result():
        yield piece
    if press.rows != due:
        raise Damaged(f"Of {due:,} rows {press.rows:,} are there.")
    yield aside(press.end).result()


class _Press:
    """A writer and what its bytes go through; counts the rows."""

    def __init__(self, writer: Writer, encode: Encode) -> None:
        self._writer, self._encode = writer, encode
        self.rows = 0

    def begin(self) -> bytes:
        return self._encode(self._writer.begin(), False)

    def write(self, work: Work) -> bytes:
        batch = work()
        self.rows += batch.num_rows
        return self._encode(self._writer.write(batch), False)

    def end(self) -> bytes:
        return self._encode(self._writer.end(), True)
