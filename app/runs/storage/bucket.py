"""One bucket and prefix of an S3-compatible store: put, read a range, delete a folder.

The library is imported when an object is first touched: 7 MB that an installation without objects never pays.
It starts threads then, so no process that forks may touch one before.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.core.errors import Unavailable
from app.core.native import natively

if TYPE_CHECKING:
    from obstore.store import S3Store

log = logging.getLogger(__name__)

CONNECT_S, ANSWER_S, KEEP_TRYING_S = 3, 30, 20
RETRIES = 2
SCHEME = "s3://"


class StoreAway(Unavailable):
    """The store does not answer, or refuses."""

    code = "result_store_unavailable"
    title = "The object store does not answer"
    while_storing = (
        "The query ran, but the store for large results did not take all of the result, so none of it"
        " is kept. Run it again once the store answers; the log of the worker has its words."
    )


class ObjectMissing(Exception):
    """There is no object of this name."""


class Bucket:
    """`place` is `s3://bucket/prefix`; endpoint, region and keys come from the usual AWS variables.

    A put is one request, so that an object is there as a whole or not at all. Raises StoreAway.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self._prefix = place.removeprefix(SCHEME).partition("/")[2].strip("/")

    def put(self, key: str, data: bytes) -> None:
        import obstore

        with _explained():
            natively(lambda: obstore.put(self._store(), self._path(key), data, use_multipart=False))

    def read(self, key: str, start: int, length: int) -> memoryview:
        """Bytes `start` to `start + length`, fewer when the object is shorter. Raises ObjectMissing."""
        import obstore

        with _explained(missing=ObjectMissing):
            found: Any = natively(
                lambda: obstore.get_range(self._store(), self._path(key), start=start, length=length)
            )
        return memoryview(found)

    def delete_folder(self, folder: str) -> int:
        """Delete every object whose key begins with `folder/`; returns how many there were."""
        import obstore

        def delete() -> int:
            count = 0
            for page in obstore.list(self._store(), prefix=self._path(folder)):
                paths = [found["path"] for found in page]
                obstore.delete(self._store(), paths)
                count += len(paths)
            return count

        with _explained():
            deleted: int = natively(delete)
        return deleted

    def _path(self, key: str) -> str:
        return f"{self._prefix}/{key}" if self._prefix else key

    def _store(self) -> "S3Store":
        return _connected(self.place.removeprefix(SCHEME).partition("/")[0], _endpoint())


def _endpoint() -> str:
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL", "")


@lru_cache(maxsize=8)
def _connected(name: str, endpoint: str) -> "S3Store":
    from obstore.store import S3Store

    given: dict[str, Any] = {"endpoint": endpoint} if endpoint else {}
    return S3Store(
        name,
        **given,
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=CONNECT_S),
            "timeout": timedelta(seconds=ANSWER_S),
        },
        retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(seconds=KEEP_TRYING_S)},
    )


@contextmanager
def _explained(missing: type[Exception] | None = None) -> Iterator[None]:
    """Turns the library's errors into ours; the store's own words go to the log.

    Without `missing` nothing to be found means that the bucket itself is not there.
    """
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, OSError, ValueError) as error:
        if missing and isinstance(error, FileNotFoundError):
            raise missing(_first_line(error)) from None
        log.warning("object store failed", extra={"error": _first_line(error)})
        raise StoreAway("The store that holds this result does not answer. Try again in a moment.") from None


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
