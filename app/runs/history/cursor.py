"""Where a page of runs begins: behind which run, and in which direction. Opaque to whoever carries it."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.core.errors import Invalid

_FORM = struct.Struct(">?qq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Runs older than this one, or newer ones; a run's place is when it was asked, then its number."""

    queued_at: datetime
    run_id: int
    newer: bool = False

    def __str__(self) -> str:
        moment = (self.queued_at - _EPOCH) // timedelta(microseconds=1)
        return urlsafe_b64encode(_FORM.pack(self.newer, moment, self.run_id)).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """None for no text. Raises Invalid for what no list ever gave."""
    if not text:
        return None
    try:
        data = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        newer, moment, run_id = _FORM.unpack(data)
        cursor = Cursor(_EPOCH + timedelta(microseconds=moment), run_id, newer)
        if str(cursor) == text:
            return cursor
    except (ValueError, struct.error, OverflowError):
        pass
    said = "This is no cursor that a list of runs gave. Start again without one."
    raise Invalid(said, fields={"cursor": said})
