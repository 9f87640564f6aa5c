"""Where the chunks of one result go: `postgres.py` or `objects.py`, as `choose.py` says."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive rows of a result, encoded; `raw_bytes` is their size as columns."""

    first_row: int
    row_count: int
    raw_bytes: int
    data: bytes


class Writer(Protocol):
    """Takes chunks in order. What it took counts once the transaction that it writes into is committed."""

    def put(self, chunk: Chunk) -> None: ...
