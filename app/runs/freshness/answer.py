"""Answer a request: by a stored result that is fresh enough, by an equal run under way, or by a new run."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.core.errors import Problem
from app.datasources.connectors.base import Limits
from app.evidence.report import CacheStatus, Observed
from app.runs.freshness.find import Good, newest_good, under_way
from app.runs.freshness.question import question
from app.runs.freshness.requested import CONSISTENT, Requested
from app.runs.freshness.words import age_ms, aged
from app.runs.models import Run, Trigger
from app.runs.request import Asked
from app.runs.start import start_run
from app.telemetry.names import CACHE
from app.telemetry.write import observe


class Cache(StrEnum):
    """What became of a request: the words of evidence, and that it shares a run under way."""

    HIT = "hit"
    JOINED = "joined"
    MISS = "miss"
    BYPASSED = "bypassed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Answer:
    """The run that answers, or will. `run` is at hand when it was started now.

    `as_of` is when the snapshot of a stored result was taken; `newest` the newest equal result when that was
    not given, because it is too old or cannot be read. `why` says what would have made it otherwise.
    """

    run_id: int
    cache: Cache
    requested: Requested
    why: str
    run: Run | None = None
    as_of: datetime | None = None
    newest: Good | None = None
    asked_at: datetime = field(default_factory=now)

    @property
    def observed(self) -> Observed:
        return Observed.STALE_ALLOWED if self.cache is Cache.HIT else Observed.NOT_APPLICABLE


def answer(
    session: Session,
    actor: Actor,
    asked: Asked,
    limits: Limits,
    requested: Requested = CONSISTENT,
    trigger: Trigger = Trigger.PERSON,
    unreadable: Problem | None = None,
) -> Answer:
    """Needs a transaction, which the caller commits: two equal requests at one moment make one run.

    `unreadable` says why a stored result that was given could not be read: then no stored one is.
    """
    if requested.max_stale_ms is None:
        why = "A consistent answer was asked for; with maybe_stale a stored one may be given."
        return _started(session, actor, asked, limits, requested, trigger, CacheStatus.BYPASSED, why)
    key = question(asked.datasource, asked.bound, limits, asked.watermark)
    if unreadable is None and (found := stored(session, actor, key, requested.max_stale_ms)):
        return found
    # Held until the commit, so that who comes next sees the run that is started here.
    session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(key[:8], "big", signed=True))))
    since = now() - timedelta(milliseconds=requested.max_stale_ms)
    # Before the stored ones: what ends between the two is found among them, and not overlooked by both.
    run_id = under_way(session, actor, key, since)
    if unreadable is None and (found := stored(session, actor, key, requested.max_stale_ms)):
        return found
    good = newest_good(session, actor, key)
    if run_id:
        why = f"Run {run_id} asks the same and is under way; its answer will be this one."
        observe(CACHE, 1, Cache.JOINED, org_id=actor.org_id)
        return Answer(run_id, Cache.JOINED, requested, why, newest=good)
    gone = good is not None and not good.readable and good.started_at >= since
    cache = CacheStatus.UNAVAILABLE if unreadable or gone else CacheStatus.MISS
    why = unreadable.detail if unreadable else _why_not(good, requested.max_stale_ms)
    return _started(session, actor, asked, limits, requested, trigger, cache, why, good)


def stored(session: Session, actor: Actor, key: bytes, max_stale_ms: int) -> Answer | None:
    """The newest equal result, when it is fresh enough and its rows are there."""
    good = newest_good(session, actor, key)
    return given_again(good, max_stale_ms, actor.org_id) if good is not None and good.readable else None


def given_again(good: Good, max_stale_ms: int, org_id: int) -> Answer | None:
    """None when it is too old."""
    moment = now()
    age = age_ms(good.started_at, moment)
    if age > max_stale_ms:
        return None
    observe(CACHE, 1, Cache.HIT, org_id=org_id)
    why = f"The newest equal result is {aged(age)} old; you allowed {aged(max_stale_ms)}."
    requested = Requested(max_stale_ms)
    return Answer(good.run_id, Cache.HIT, requested, why, as_of=good.started_at, asked_at=moment)


def _started(
    session: Session,
    actor: Actor,
    asked: Asked,
    limits: Limits,
    requested: Requested,
    trigger: Trigger,
    cache: CacheStatus,
    why: str,
    newest: Good | None = None,
) -> Answer:
    run = start_run(
        session,
        actor,
        datasource=asked.datasource,
        bound=asked.bound,
        version=asked.version,
        limits=limits,
        trigger=trigger,
        requested=requested,
        cache=cache,
        watermark=asked.watermark,
    )
    observe(CACHE, 1, str(cache), org_id=actor.org_id)
    return Answer(run.id, Cache(cache), requested, why, run=run, newest=newest)


def _why_not(good: Good | None, max_stale_ms: int) -> str:
    if good is None:
        return "There is no equal result yet."
    age = age_ms(good.started_at)
    if age <= max_stale_ms:
        return f"The newest equal result, of run {good.run_id}, is not stored any more."
    return f"The newest equal result is {aged(age)} old; you allowed {aged(max_stale_ms)}."
