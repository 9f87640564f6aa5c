"""Jobs about the facts that reports are made of."""

from app import datasets
from app.reporting.project import project as project_outbox

datasets.offer()


def project() -> None:
    project_outbox()
