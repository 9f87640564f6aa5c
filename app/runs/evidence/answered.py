"""The evidence of one answer: of a request that got a stored result, or shared a run under way.

Nothing was written when it was answered. The link that the answer carried says what was asked and when, and
what the run's own times contradict is refused.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.core.clock import now
from app.core.errors import Invalid
from app.evidence.again import given_again, shared
from app.evidence.envelope import Written
from app.evidence.models import EvidenceReport
from app.runs.freshness.answer import Cache
from app.runs.freshness.requested import read_age
from app.runs.freshness.tell import instant
from app.runs.freshness.words import age_ms, aged
from app.runs.models import Run, RunState

NAMES = ("cache", "max_stale_ms", "asked_at")
APART = timedelta(seconds=10)  # how much the clocks of our machines may differ


@dataclass(frozen=True, slots=True)
class Answered:
    """A request as its link tells it; `cache` is `hit` or `joined`."""

    cache: Cache
    max_stale_ms: int
    asked_at: datetime


def read_answered(arguments: Mapping[str, str]) -> Answered | None:
    """None where the link is that of the run itself. Raises Invalid at the member that is wrong."""
    if not any(name in arguments for name in NAMES):
        return None
    problems: dict[str, str] = {}
    cache = arguments.get("cache", "")
    if cache not in (Cache.HIT, Cache.JOINED):
        problems["cache"] = "Say hit or joined."
    asked_at = _moment(arguments.get("asked_at", ""))
    if asked_at is None:
        problems["asked_at"] = "Say when it was asked, such as 2026-11-21T09:30:00Z."
    if problems or asked_at is None:
        raise Invalid(" ".join(problems.values()), fields=problems)
    return Answered(Cache(cache), read_age(arguments.get("max_stale_ms", "")), asked_at)


def of_answer(run: Run, report: EvidenceReport, answered: Answered) -> dict[str, Any]:
    """The members of the envelope that are not those of the run's own. The run is settled.

    Raises Invalid where it cannot have answered so.
    """
    if contradiction := _contradiction(run, answered):
        raise Invalid(contradiction, fields={"asked_at": contradiction})
    written = _written(run, report, answered)
    return {
        "body": json.loads(written.body),
        "body_hash": written.body_hash,
        "generated_at": instant(now()),
        "version": written.version,
        "answer": {
            "cache": str(answered.cache),
            "asked_at": instant(answered.asked_at),
            "age_ms": age_ms(run.started_at, answered.asked_at) if run.started_at else None,
            "run_body_hash": report.body_hash,
        },
    }


def _written(run: Run, report: EvidenceReport, answered: Answered) -> Written:
    if answered.cache is Cache.HIT:
        return given_again(report, answered.max_stale_ms)
    taken = run.started_at is not None and run.started_at <= answered.asked_at
    return shared(report, answered.max_stale_ms, snapshot_was_taken=taken)


def _contradiction(run: Run, answered: Answered) -> str | None:
    at = answered.asked_at
    assert run.finished_at is not None
    if at > now() + APART:
        return "That moment is yet to come."
    if answered.cache is Cache.JOINED and not run.queued_at - APART <= at <= run.finished_at + APART:
        return f"Run {run.id} was not under way at that moment."
    if answered.cache is Cache.HIT:
        if run.state != RunState.SUCCEEDED or at < run.finished_at - APART:
            return f"Run {run.id} had no result at that moment."
        if run.result_deleted_at is not None and at > run.result_deleted_at + APART:
            return f"The result of run {run.id} had expired at that moment."
    age = age_ms(run.started_at, at) if run.started_at else 0
    if age > answered.max_stale_ms:
        return f"The result was {aged(age)} old at that moment; {aged(answered.max_stale_ms)} was allowed."
    return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
