"""How fresh an answer somebody asks for, and how a run tells what it was asked and what came of it."""

from dataclasses import dataclass
from typing import Any

from pydantic import model_validator

from app.core.errors import Invalid
from app.datasources.connectors.base import Aside
from app.evidence.report import (
    CacheStatus,
    EventsUpTo,
    Freshness,
    FreshnessMode,
    Observed,
    statement_hash,
)
from app.queries.watermark import Watermark
from app.web.forms import Body

LONGEST_STALE_MS = 366 * 86_400_000


class FreshnessBody(Body):
    """`consistent`: run now. `maybe_stale`: a stored answer will do while it is not older than that."""

    mode: FreshnessMode = FreshnessMode.CONSISTENT
    max_stale_ms: int | None = None

    @model_validator(mode="after")
    def an_age_for_what_may_be_stale(self) -> "FreshnessBody":
        stale = self.mode is FreshnessMode.MAYBE_STALE
        if stale and self.max_stale_ms is None:
            raise ValueError("Say max_stale_ms: how old the answer may be, in milliseconds.")
        if not stale and self.max_stale_ms is not None:
            raise ValueError("max_stale_ms belongs to the mode maybe_stale.")
        if self.max_stale_ms is not None:
            check_age(self.max_stale_ms)
        return self


@dataclass(frozen=True, slots=True)
class Requested:
    """`max_stale_ms` is None for a consistent answer."""

    max_stale_ms: int | None = None

    def as_json(self) -> dict[str, Any]:
        mode = FreshnessMode.CONSISTENT if self.max_stale_ms is None else FreshnessMode.MAYBE_STALE
        return {"mode": str(mode), "max_stale_ms": self.max_stale_ms}


CONSISTENT = Requested()


def read_age(text: str) -> int:
    """Milliseconds as a URL or a form carries them. Raises Invalid at `max_stale_ms`."""
    try:
        return check_age(int(text))
    except ValueError:
        sentence = f"Say how old the answer may be: 0 to {LONGEST_STALE_MS:,} milliseconds."
        raise Invalid(sentence, fields={"max_stale_ms": sentence}) from None


def check_age(max_stale_ms: int) -> int:
    """Raises ValueError beyond a year."""
    if not 0 <= max_stale_ms <= LONGEST_STALE_MS:
        raise ValueError(f"max_stale_ms is 0 to {LONGEST_STALE_MS:,} milliseconds.")
    return max_stale_ms


def of_run(max_stale_ms: int | None, failure: str | None) -> Freshness:
    """For the report of a settled run, which has read the source or has no answer."""
    return Freshness(
        mode=FreshnessMode.CONSISTENT if max_stale_ms is None else FreshnessMode.MAYBE_STALE,
        max_stale_ms=max_stale_ms,
        observed=Observed.FRESH if failure is None else Observed.UNAVAILABLE,
        reason=failure,
    )


def watermark_of(declared: Watermark, found: Aside | None) -> EventsUpTo | None:
    """For the report: None where no watermark was declared."""
    if not declared:
        return None
    sql = None if declared.sql is None else statement_hash(declared.sql)
    found = found or Aside(reason="The run has no result.")
    return EventsUpTo(declared.column, sql, found.value, found.reason)


def cache_of_run(stored: str | None) -> CacheStatus:
    """What the cache did before this run; runs of the first release had none to ask."""
    return CacheStatus.BYPASSED if stored is None else CacheStatus(stored)
