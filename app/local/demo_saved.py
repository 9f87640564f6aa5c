"""What the demo saves: queries with their charts, as an editor would have made them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.datasources.models import Datasource
from app.queries.models import QUERIES, Query
from app.queries.parameters import Declared
from app.queries.save import create_query
from app.queries.watermark import NO_WATERMARK, Watermark
from app.runs.start import start_saved
from app.saved.tags import set_tags
from app.visualizations.create import create_visualization


@dataclass(frozen=True, slots=True)
class Chart:
    """A visualization: its kind and that kind's options. `annotations` names a query here."""

    name: str
    kind: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Saved:
    """A query as a person would have saved it."""

    name: str
    description: str
    sql: str
    parameters: tuple[Declared, ...]
    charts: tuple[Chart, ...]
    watermark: Watermark = NO_WATERMARK
    tags: tuple[str, ...] = ()


def live_datasource(session: Session, actor: Actor, name: str) -> Datasource | None:
    return session.scalar(
        select(Datasource).where(
            Datasource.org_id == actor.org_id, Datasource.name == name, Datasource.archived_at.is_(None)
        )
    )


def save_queries(
    session: Session, actor: Actor, datasource: Datasource, queries: Sequence[Saved]
) -> list[str]:
    """Make those whose name is not there, and run each. Returns the names of the new ones."""
    return [saved.name for saved in queries if _save(session, actor, datasource, saved)]


def live_query(session: Session, actor: Actor, name: str) -> Query | None:
    return session.scalar(
        select(Query)
        .where(Query.org_id == actor.org_id, Query.name == name, Query.archived_at.is_(None))
        .order_by(Query.id)
        .limit(1)
    )


def _save(session: Session, actor: Actor, datasource: Datasource, saved: Saved) -> bool:
    if live_query(session, actor, saved.name) is not None:
        return False
    query = create_query(
        session,
        actor,
        name=saved.name,
        description=saved.description,
        datasource_id=datasource.id,
        sql=saved.sql,
        parameters=saved.parameters,
        watermark=saved.watermark,
    )
    if saved.tags:
        set_tags(session, actor, QUERIES, query, saved.tags)
    for chart in saved.charts:
        options = _with_marks(session, actor, chart.options)
        create_visualization(session, actor, query, name=chart.name, kind=chart.kind, options=options)
    # Whoever opens it finds rows and charts.
    start_saved(session, actor, query.id)
    return True


def _with_marks(session: Session, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
    """The query of annotations by its number; without marks where somebody deleted it."""
    name = options.get("annotations")
    marks = live_query(session, actor, name) if name else None
    return options | ({"annotations": marks.id if marks else None} if name else {})
