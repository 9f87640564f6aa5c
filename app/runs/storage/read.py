"""The bytes of stored chunks, wherever they are: neighbours in one object are read as one range."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.runs.chunks import Damaged
from app.runs.storage.bucket import Bucket, ObjectMissing
from app.runs.storage.uploads import Upload

UPLOAD = text("select id, run_id, place, folder from result_uploads where id = :id")


def payloads(session: Session, chunks: Sequence[Any]) -> Iterator[tuple[int, bytes | memoryview]]:
    """(first row, encoded chunk) of each row with first_row, data, upload_id, object, byte_from, byte_size.

    Raises StoreAway when the bucket does not answer, and Damaged when it has not what was put there.
    """
    for (upload_id, number), group in groupby(chunks, key=lambda chunk: (chunk.upload_id, chunk.object)):
        if upload_id is None:
            yield from ((chunk.first_row, chunk.data) for chunk in group)
            continue
        row = session.execute(UPLOAD, {"id": upload_id}).first()
        if row is None:
            raise Damaged("The place of its objects is not known any more.")
        yield from _in_object(Upload(*row), number, list(group))


def _in_object(upload: Upload, number: int, chunks: Sequence[Any]) -> Iterator[tuple[int, memoryview]]:
    start = chunks[0].byte_from
    beyond = chunks[-1].byte_from + chunks[-1].byte_size
    try:
        data = Bucket(upload.place).read(upload.key(number), start, beyond - start)
    except ObjectMissing:
        raise Damaged(f"The object {upload.key(number)} is missing.") from None
    for chunk in chunks:
        begin = chunk.byte_from - start
        yield chunk.first_row, data[begin : begin + chunk.byte_size]
