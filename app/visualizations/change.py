"""Changing and deleting a visualization."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.visualizations.check import check, check_queries
from app.visualizations.create import audit
from app.visualizations.kinds.base import Column
from app.visualizations.models import Visualization


def change_visualization(
    session: Session,
    actor: Actor,
    visualization: Visualization,
    *,
    name: str,
    kind: str,
    options: Mapping[str, Any],
    columns: Sequence[Column] | None = None,
) -> None:
    """Raises Invalid as `check` and `check_queries` do, with nothing changed."""
    stored = check(name, kind, options, columns)
    check_queries(session, actor, kind, stored)
    visualization.name, visualization.kind, visualization.options = name.strip(), kind, stored
    visualization.changed_at = now()
    audit(session, actor, visualization, "changed")


def delete_visualization(session: Session, actor: Actor, visualization: Visualization) -> None:
    audit(session, actor, visualization, "deleted")
    session.delete(visualization)
