"""Run again what a run asked: the same statement, values and limits."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Role
from app.core.errors import Forbidden, Invalid
from app.datasources.connectors.base import Limits, ValueKind
from app.queries.bind import rebind
from app.queries.given import NamedValue
from app.queries.models import Query, QueryVersion
from app.queries.placeholders import parse_template
from app.queries.watermark import Watermark
from app.runs.limits import limits_again
from app.runs.models import Run, Trigger
from app.runs.part import Part
from app.runs.start import start_run


def may_repeat(session: Session, actor: Actor, run: Run) -> bool:
    """An editor may run any SQL; a viewer what a saved query says now."""
    if actor.may(Role.EDITOR):
        return True
    newest = (
        select(QueryVersion.id)
        .join(Query, (Query.id == QueryVersion.query_id) & (Query.latest == QueryVersion.number))
        .where(QueryVersion.id == run.query_version_id, Query.archived_at.is_(None))
    )
    return session.scalar(newest) is not None


def repeat_run(session: Session, actor: Actor, run: Run, trigger: Trigger = Trigger.PERSON) -> Run:
    """A queued run. The old one comes with its datasource, version and values. Raises Forbidden, Invalid."""
    if not may_repeat(session, actor, run):
        raise Forbidden("You may run what saved queries say; this is another text. Ask an editor.")
    if run.datasource.archived_at is not None:
        raise Invalid(f"The datasource {run.datasource.name} is archived, so this cannot be run again.")
    values = [NamedValue(value.name, ValueKind(value.kind), value.value, value.words) for value in run.values]
    return start_run(
        session,
        actor,
        datasource=run.datasource,
        bound=rebind(parse_template(run.sql), values),
        limits=limits_again(actor.house, Limits(run.timeout_s, run.max_rows, run.max_bytes)),
        version=run.version,
        trigger=trigger,
        watermark=Watermark(run.watermark_column, run.watermark_sql),
        part=Part(run.part_offset, run.part_line) if run.part_offset is not None and run.part_line else None,
        explain=run.explain,
    )
