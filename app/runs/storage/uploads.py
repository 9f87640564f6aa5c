"""Which folders of which bucket hold objects of a run: written down before the first object is put.

An upload is kept by the transaction that settles its run. One that is not, and whose run its worker has left,
is an orphan: `sweep_uploads` deletes its objects, then its row.
"""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, text

from app.core import db
from app.core.clock import now
from app.core.errors import Unavailable
from app.runs.settle import ClaimLost
from app.runs.storage.bucket import Bucket

log = logging.getLogger(__name__)

# What a worker that was taken for dead still has under way has failed by then.
GRACE = timedelta(minutes=10)
AT_ONCE = 100

BEGIN = text(
    """
    insert into result_uploads (run_id, worker, place, folder, began_at)
    select id, worker, :place, :folder, :moment from runs where id = :run_id returning id
    """
)
KEEP = text("update result_uploads set kept_at = :moment where id = :id and dropped_at is null returning id")
DROP_OF_RUN = text(
    """
    update result_uploads set dropped_at = :moment from runs
    where run_id = :run_id and runs.id = run_id and kept_at is null and dropped_at is null
      and result_uploads.worker = :worker
    """
)
DROP_ORPHANS = text(
    """
    update result_uploads set dropped_at = :moment
    where kept_at is null and dropped_at is null and began_at < :begun_before
      and not exists (select from runs where id = result_uploads.run_id
                      and state = 'running' and worker = result_uploads.worker)
    """
)
DROPPED = text(
    """
    select id, run_id, place, folder from result_uploads
    where dropped_at is not null and id > :after order by id limit :at_once
    """
)
FORGET = text("delete from result_uploads where id = :id")


@dataclass(frozen=True, slots=True)
class Upload:
    """One folder of objects for one run."""

    id: int
    run_id: int
    place: str
    folder: str

    def key(self, number: int) -> str:
        return f"{self.folder}/{number:06d}"


def begin(run_id: int, place: str) -> Upload:
    """Write down, for good, that objects may come to be."""
    folder = f"run-{run_id}-{secrets.token_hex(6)}"
    values = {"run_id": run_id, "place": place, "folder": folder, "moment": now()}
    with db.autocommit() as connection:
        number = connection.execute(BEGIN, values).scalar_one()
    return Upload(number, run_id, place, folder)


def keep(connection: Connection, upload: Upload) -> None:
    """In the transaction that settles the run. Raises ClaimLost when the sweeper gave it up."""
    if connection.execute(KEEP, {"id": upload.id, "moment": now()}).first() is None:
        raise ClaimLost(f"the upload of run {upload.run_id} was given up")


@contextmanager
def leaving_nothing(run_id: int, worker: str) -> Iterator[None]:
    """When the block raises, the objects that it put for this run are deleted, now or by the sweeper."""
    try:
        yield
    except BaseException:
        try:
            with db.autocommit() as connection:
                values = {"run_id": run_id, "worker": worker, "moment": now()}
                dropped = connection.execute(DROP_OF_RUN, values).rowcount
            if dropped:
                delete_dropped()
        except Exception as error:
            log.warning("uploads left to the sweeper", extra={"run_id": run_id, "error": str(error)})
        raise


def sweep_uploads() -> int:
    """Give up orphans and delete the objects of all that was given up; returns how many objects went."""
    moment = now()
    with db.autocommit() as connection:
        connection.execute(DROP_ORPHANS, {"moment": moment, "begun_before": moment - GRACE})
    return delete_dropped()


def delete_dropped() -> int:
    """Objects first, then the row: what fails is tried again by the next sweep."""
    deleted, after = 0, 0
    away: set[str] = set()
    while True:
        with db.autocommit() as connection:
            uploads = connection.execute(DROPPED, {"after": after, "at_once": AT_ONCE}).all()
        for row in uploads:
            upload = Upload(*row)
            after = upload.id
            if upload.place in away:
                continue
            try:
                deleted += Bucket(upload.place).delete_folder(upload.folder)
            except Unavailable as error:
                log.warning("objects not deleted", extra={"upload": upload.folder, "error": str(error)})
                away.add(upload.place)
                continue
            with db.autocommit() as connection:
                connection.execute(FORGET, {"id": upload.id})
        if len(uploads) < AT_ONCE:
            return deleted
