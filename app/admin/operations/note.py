"""What becomes of workers, as telemetry has it."""

from app.telemetry.entries import Severity
from app.telemetry.names import WORKER_CHANGES
from app.telemetry.write import insert_event, observe


def note_worker(change: str, name: str) -> None:
    """`change` is `started`, `stopped` or `lost`; `name` is host and process."""
    observe(WORKER_CHANGES, 1, change, success=change != "lost", tags={"worker": name})
    severity = Severity.ERROR if change == "lost" else Severity.INFO
    insert_event("workers", change, severity, f"Worker {name} {_words(change)}.", {"worker": name})


def _words(change: str) -> str:
    return "fell silent and is taken for lost" if change == "lost" else change
