"""Small results stay in Postgres; one that grows over the threshold goes to the bucket, if there is one."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from app.core import runtime
from app.runs.storage.objects import ObjectWriter
from app.runs.storage.postgres import writer_to_postgres
from app.runs.storage.uploads import begin
from app.runs.storage.writer import Chunk, Writer


@contextmanager
def writer_for(connection: Connection, run_id: int) -> Iterator[Writer]:
    """A writer into the connection's transaction, finished when the block ends well."""
    settings = runtime.settings()
    if not settings.results_url:
        with writer_to_postgres(connection, run_id) as writer:
            yield writer
        return
    undecided = _Undecided(connection, run_id, settings.results_url, settings.results_threshold)
    yield undecided
    undecided.finish()


class _Undecided:
    """Holds what came until it is known where it goes: at most `threshold` raw bytes."""

    def __init__(self, connection: Connection, run_id: int, place: str, threshold: int) -> None:
        self._connection = connection
        self._run_id = run_id
        self._place = place
        self._threshold = threshold
        self._held: list[Chunk] = []
        self._raw_bytes = 0
        self._objects: ObjectWriter | None = None

    def put(self, chunk: Chunk) -> None:
        if self._objects is None:
            self._held.append(chunk)
            self._raw_bytes += chunk.raw_bytes
            if self._raw_bytes > self._threshold:
                self._objects = self._moved_to_objects()
        else:
            self._objects.put(chunk)

    def finish(self) -> None:
        if self._objects is not None:
            self._objects.finish()
            return
        with writer_to_postgres(self._connection, self._run_id) as writer:
            for chunk in self._held:
                writer.put(chunk)

    def _moved_to_objects(self) -> ObjectWriter:
        writer = ObjectWriter(self._connection, begin(self._run_id, self._place))
        for chunk in self._held:
            writer.put(chunk)
        self._held.clear()
        return writer
