"""A tile with a saved report's newest answer, and what is to be said of that."""

from dataclasses import dataclass
from datetime import datetime

from app.dashboards.shown import Failed, Shown
from app.dashboards.targets import RANK
from app.reports.models import ReportAnswer
from app.reports.newest import Newest
from app.reports.show import ShownAnswer


@dataclass(slots=True)
class ShownReport(Shown):
    """`found` is None for a report that was deleted, `table` where no answer can be shown."""

    found: Newest | None = None
    table: ShownAnswer | None = None

    @property
    def name(self) -> str:
        return self.tile.title or (self.found.report.name if self.found else "Nothing")

    @property
    def as_of(self) -> datetime | None:
        """When its facts were complete, else when it was asked; None without an answer."""
        return (self.answer.as_of or self.answer.asked_at) if self.answer else None

    @property
    def read_at(self) -> datetime | None:
        return self.answer.asked_at if self.answer else None

    @property
    def failing(self) -> Failed | None:
        return self.found.failure if self.found else None

    @property
    def answer(self) -> ReportAnswer | None:
        """The newest; None where its reader may not see it."""
        return self.found.answer if self.found and not self.problem else None

    @property
    def body_mark(self) -> str:
        if self.table is not None and self.answer:
            return str(self.answer.id)
        return f"{RANK[self.state]}-{1 if self.due else 0}"

    @property
    def state_mark(self) -> str:
        tries = self.failing.tries if self.failing else 0
        return f"{self.answer.id if self.answer else 0}-{RANK[self.state]}-{tries}"
