"""One try that has ended."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Settled:
    refresh_id: int
    schedule_id: int
    due_at: datetime
    ended: str
