"""Chunks as ranges of objects of some 8 MB, with pointers in Postgres.

An object is put in one request, so there are no multipart uploads to abort. The row that names the folder is
committed before the first put: whatever happens, `uploads.py` finds what was left behind.
"""

from sqlalchemy import Connection, text

from app.runs.storage.bucket import Bucket
from app.runs.storage.uploads import Upload, keep
from app.runs.storage.writer import Chunk

OBJECT_BYTES = 8_000_000
POINT = text(
    """
    insert into result_chunks
        (run_id, first_row, row_count, raw_bytes, upload_id, object, byte_from, byte_size)
    values (:run_id, :first_row, :row_count, :raw_bytes, :upload_id, :object, :byte_from, :byte_size)
    """
)


class ObjectWriter:
    """Raises StoreAway, and ClaimLost from `finish` when the sweeper took the worker for dead."""

    def __init__(self, connection: Connection, upload: Upload) -> None:
        self._connection = connection
        self._upload = upload
        self._bucket = Bucket(upload.place)
        self._pointers: list[dict[str, int]] = []
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._objects = 0

    def put(self, chunk: Chunk) -> None:
        self._pointers.append(
            {
                "run_id": self._upload.run_id,
                "first_row": chunk.first_row,
                "row_count": chunk.row_count,
                "raw_bytes": chunk.raw_bytes,
                "upload_id": self._upload.id,
                "object": self._objects,
                "byte_from": self._held_bytes,
                "byte_size": len(chunk.data),
            }
        )
        self._held.append(chunk.data)
        self._held_bytes += len(chunk.data)
        if self._held_bytes >= OBJECT_BYTES:
            self._put_object()

    def finish(self) -> None:
        """Put what is held, and write the pointers."""
        if self._held:
            self._put_object()
        self._connection.execute(POINT, self._pointers)
        keep(self._connection, self._upload)

    def _put_object(self) -> None:
        self._bucket.put(self._upload.key(self._objects), b"".join(self._held))
        self._objects += 1
        self._held, self._held_bytes = [], 0
