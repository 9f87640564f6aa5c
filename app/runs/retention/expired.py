"""A result that was deleted because its time was over."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import Problem
from app.runs.models import Run

DELETED_AT = text("select result_deleted_at from runs where id = :run_id")


class ResultExpired(Problem):
    """The run and its evidence are still there; its rows are not."""

    status = 410
    code = "result_expired"
    title = "This result has expired"


def need_present(run: Run) -> None:
    """Raises ResultExpired."""
    if run.result_deleted_at is not None:
        raise ResultExpired(sentence(run.id, run.result_deleted_at))


def need_present_still(session: Session, run_id: int) -> None:
    """For a reader who misses chunks. Raises ResultExpired when they were deleted while he read."""
    deleted_at = session.scalar(DELETED_AT, {"run_id": run_id})
    if deleted_at is not None:
        raise ResultExpired(sentence(run_id, deleted_at))


def sentence(run_id: int, deleted_at: datetime) -> str:
    return f"The result of run {run_id} expired on {day(deleted_at)}. Run it again to see its rows."


def day(moment: datetime) -> str:
    """21 Nov 2026"""
    return f"{moment.day} {moment:%b %Y}"
