"""Answer many requests of one person, as a dashboard has them: a few statements whatever their number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.datasources.connectors.base import Limits
from app.datasources.pause import refuse_paused
from app.evidence.report import CacheStatus
from app.runs.freshness.answer import Cache
from app.runs.freshness.find import Good, all_newest_good, all_under_way
from app.runs.freshness.requested import Requested
from app.runs.models import Trigger
from app.runs.request import Asked
from app.runs.start_many import Wish, start_many
from app.telemetry.names import CACHE
from app.telemetry.write import observe

# In order, so that two who ask at one moment never wait in a circle; held until the commit.
LOCKS = text("select pg_advisory_xact_lock(lock) from (select unnest(:locks) lock order by lock) held")


@dataclass(frozen=True, slots=True)
class Want:
    asked: Asked
    max_stale_ms: int


def answer_many(
    session: Session, actor: Actor, wants: Mapping[bytes, Want], limits: Limits, trigger: Trigger
) -> dict[bytes, Cache]:
    """What became of each, by question, as `answer` has it. Needs a transaction, which the caller commits.

    Raises Invalid at `datasource_id` while one of theirs is paused; then none is asked.
    """
    for want in wants.values():
        refuse_paused(want.asked.datasource)
    since = {key: now() - timedelta(milliseconds=want.max_stale_ms) for key, want in wants.items()}
    good = all_newest_good(session, actor, wants)
    old = [key for key in wants if not _is_fresh(good.get(key), since[key])]
    moving: dict[bytes, bool] = {}
    if old:
        locks = [int.from_bytes(key[:8], "big", signed=True) for key in old]
        session.execute(LOCKS, {"locks": locks})
        for key, runs in all_under_way(session, actor, old).items():
            moving[key] = any(read_at is None or read_at >= since[key] for _, read_at in runs)
        # After those under way: what ends between the two is found among these.
        good |= all_newest_good(session, actor, old)
    became: dict[bytes, Cache] = {}
    wishes: list[Wish] = []
    for key, want in wants.items():
        newest = good.get(key)
        if _is_fresh(newest, since[key]):
            became[key] = Cache.HIT
        elif moving.get(key):
            became[key] = Cache.JOINED
        else:
            gone = newest is not None and newest.started_at >= since[key]
            cache = CacheStatus.UNAVAILABLE if gone else CacheStatus.MISS
            became[key] = Cache(cache)
            wishes.append(Wish(actor, want.asked, limits, trigger, Requested(want.max_stale_ms), cache))
        observe(CACHE, 1, str(became[key]), org_id=actor.org_id)
    start_many(session, wishes)
    return became


def _is_fresh(good: Good | None, since: datetime) -> bool:
    return good is not None and good.readable and good.started_at >= since
