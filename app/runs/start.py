"""Start a run: one row in Postgres, and after the commit a slot, if one is free."""

from functools import lru_cache
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.allow import Actor
from app.core import runtime, tracing
from app.core.clock import now
from app.core.db import after_commit
from app.core.quick import Quick
from app.datasources.connectors.base import Limits
from app.datasources.models import Datasource
from app.datasources.pause import refuse_paused
from app.evidence.report import CacheStatus
from app.queries.bind import Bound
from app.queries.models import QueryVersion
from app.queries.watermark import NO_WATERMARK, Watermark
from app.runs.freshness.question import question, spoken
from app.runs.freshness.requested import CONSISTENT, Requested
from app.runs.limits import limits as house_limits
from app.runs.models import Run, RunState, RunValue, Trigger
from app.runs.part import Part
from app.runs.request import ask_query
from app.runs.slots.leases import Slot, Wanted
from app.runs.slots.place import handed_over
from app.runs.slots.promote import ask


def start_run(
    session: Session,
    actor: Actor,
    *,
    datasource: Datasource,
    bound: Bound,
    limits: Limits,
    version: QueryVersion | None = None,
    trigger: Trigger = Trigger.PERSON,
    requested: Requested = CONSISTENT,
    cache: CacheStatus = CacheStatus.BYPASSED,
    watermark: Watermark = NO_WATERMARK,
    part: Part | None = None,
    explain: str | None = None,
) -> Run:
    """A queued run of this statement. `version` is given when the SQL is exactly that version's.

    It runs whatever is stored: `requested` and `cache` say how it came to that (`freshness.answer`).
    Raises Invalid at `datasource_id` while that is paused.
    """
    refuse_paused(datasource)
    row = {
        "org_id": actor.org_id,
        "datasource_id": datasource.id,
        "query_version_id": version.id if version else None,
        "requested_by": actor.user_id,
        "trigger": trigger,
        "sql": bound.template.sql,
        "time_zone": bound.zone,
        "timeout_s": int(limits.timeout_s),
        "max_rows": limits.max_rows,
        "max_bytes": limits.max_bytes,
        "question": question(datasource, bound, limits, watermark, explain),
        "spoken": None if explain else spoken(datasource, bound, limits, watermark),
        "max_stale_ms": requested.max_stale_ms,
        "cache_status": cache,
        "watermark_column": watermark.column,
        "watermark_sql": watermark.sql,
        "explain": explain,
        "part_offset": part.offset if part else None,
        "part_line": part.line if part else None,
        "trace": tracing.traceparent(),
        "state": RunState.QUEUED,
        "queued_at": now(),
        "attempt": 1,
    }
    inserted: Any = _insert(tuple(row)).first(session, row)
    run = Run(id=inserted.id, **row)
    make_transient_to_detached(run)
    session.add(run)
    values = values_of_run(run.id, bound)
    session.add_all(values)
    set_committed_value(run, "values", values)
    set_committed_value(run, "version", version)
    set_committed_value(run, "datasource", datasource)
    wanted = Wanted(
        Slot(run.id, datasource.id, actor.user_id),
        cap=datasource.slots or actor.house.datasource_slots or runtime.settings().datasource_slots,
        behind=trigger is Trigger.SCHEDULE,
    )

    def get_slot() -> None:
        if ask(wanted):
            handed_over(session).add(run.id)

    after_commit(session, get_slot)
    return run


def start_saved(session: Session, actor: Actor, query_id: int) -> Run:
    """The newest version of a saved query, with its own values. Raises NotFound, Invalid."""
    asked = ask_query(session, actor, query_id, {})
    return start_run(
        session,
        actor,
        datasource=asked.datasource,
        bound=asked.bound,
        limits=house_limits(actor.house),
        version=asked.version,
        watermark=asked.watermark,
    )


@lru_cache
def _insert(columns: tuple[str, ...]) -> Quick:
    """Not by SQLAlchemy's unit of work, which for one row takes longer than Postgres does."""
    return Quick(insert(Run).returning(Run.id), columns=columns)


def values_of_run(run_id: int, bound: Bound) -> list[RunValue]:
    """The rows of what was bound."""
    return [
        RunValue(
            run_id=run_id,
            position=position,
            name=value.name,
            kind=value.kind,
            value=value.text,
            words=value.words,
        )
        for position, value in enumerate(bound.values)
    ]
