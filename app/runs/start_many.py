"""Start many runs at once: a few statements whatever their number, and one look at the slots."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core import tracing
from app.core.db import after_commit
from app.datasources.connectors.base import Limits
from app.evidence.report import CacheStatus
from app.runs.freshness.question import question, spoken
from app.runs.freshness.requested import CONSISTENT, Requested
from app.runs.models import Run, Trigger
from app.runs.request import Asked
from app.runs.slots.promote import promote_quietly
from app.runs.start import values_of_run


@dataclass(frozen=True, slots=True)
class Wish:
    """A run that somebody asks for, with these limits."""

    actor: Actor
    asked: Asked
    limits: Limits
    trigger: Trigger
    requested: Requested = CONSISTENT
    cache: CacheStatus = CacheStatus.BYPASSED

    @property
    def question(self) -> bytes:
        asked = self.asked
        return question(asked.datasource, asked.bound, self.limits, asked.watermark)


def start_many(session: Session, wishes: Sequence[Wish]) -> list[Run]:
    """Queued runs, in the order of the wishes; whatever is stored, they run. The caller commits."""
    runs = [_queued(wish) for wish in wishes]
    session.add_all(runs)
    session.flush()
    for run, wish in zip(runs, wishes, strict=True):
        session.add_all(values_of_run(run.id, wish.asked.bound))
    session.flush()
    if runs:
        # Thorough, so that those which find no free slot are known to wait.
        after_commit(session, lambda: promote_quietly(thorough=True))
    return runs


def _queued(wish: Wish) -> Run:
    asked = wish.asked
    return Run(
        org_id=wish.actor.org_id,
        datasource_id=asked.datasource.id,
        query_version_id=asked.version.id if asked.version else None,
        requested_by=wish.actor.user_id,
        trigger=wish.trigger,
        sql=asked.bound.template.sql,
        time_zone=asked.bound.zone,
        timeout_s=int(wish.limits.timeout_s),
        max_rows=wish.limits.max_rows,
        max_bytes=wish.limits.max_bytes,
        question=wish.question,
        spoken=spoken(asked.datasource, asked.bound, wish.limits, asked.watermark),
        max_stale_ms=wish.requested.max_stale_ms,
        cache_status=wish.cache,
        watermark_column=asked.watermark.column,
        watermark_sql=asked.watermark.sql,
        trace=tracing.traceparent(),
    )
