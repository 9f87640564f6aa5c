"""Adding a visualization to a query."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.audit.record import record
from app.queries.models import Query
from app.visualizations.check import check, check_queries
from app.visualizations.kinds.base import Column
from app.visualizations.models import Visualization


def create_visualization(
    session: Session,
    actor: Actor,
    query: Query,
    *,
    name: str,
    kind: str,
    options: Mapping[str, Any],
    columns: Sequence[Column] | None = None,
) -> Visualization:
    """A new way to see this query. Raises Invalid as `check` and `check_queries` do."""
    stored = check(name, kind, options, columns)
    check_queries(session, actor, kind, stored)
    visualization = Visualization(
        org_id=actor.org_id,
        query_id=query.id,
        name=name.strip(),
        kind=kind,
        options=stored,
        created_by=actor.user_id,
    )
    session.add(visualization)
    session.flush()
    audit(session, actor, visualization, "created")
    return visualization


def audit(session: Session, actor: Actor, visualization: Visualization, action: str) -> None:
    record(
        session,
        actor,
        f"visualization.{action}",
        visualization.id,
        name=visualization.name,
        query_id=visualization.query_id,
    )
