"""Jobs about the facts that reports are made of."""

from app import datasets
from app.reporting.backfill import repair as look_for_missing
from app.reporting.backfill import work_on_backfills
from app.reporting.project import project as project_outbox

datasets.offer()


def project() -> None:
    project_outbox()


def backfill() -> None:
    work_on_backfills()


def repair() -> None:
    look_for_missing()
