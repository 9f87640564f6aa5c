"""What somebody was at last: the org's newest queries and runs, each in one statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, extract, select, text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import User
from app.datasources.models import Datasource
from app.queries.models import Query, QueryVersion
from app.runs.models import Run
from app.runs.seen import LISTED, seer


def recent_queries(session: Session, actor: Actor, limit: int = 8) -> Sequence[Row[*tuple[Any, ...]]]:
    """id, name, datasource_name, saved_by_name, saved_at; newest save first."""
    return session.execute(
        select(
            Query.id,
            Query.name,
            Datasource.name.label("datasource_name"),
            User.name.label("saved_by_name"),
            QueryVersion.saved_at,
        )
        .join(QueryVersion, (QueryVersion.query_id == Query.id) & (QueryVersion.number == Query.latest))
        .join(Datasource, Datasource.id == QueryVersion.datasource_id)
        .join(User, User.id == QueryVersion.saved_by)
        .where(Query.org_id == actor.org_id, Query.archived_at.is_(None))
        .order_by(Query.changed_at.desc(), Query.id.desc())
        .limit(limit)
    ).all()


def recent_runs(session: Session, actor: Actor, limit: int = 8) -> Sequence[Row[*tuple[Any, ...]]]:
    """id, state, queued_at, row_count, duration_ms, query and datasource names, who asked; newest first."""
    took = extract("epoch", Run.finished_at - Run.started_at) * 1000
    return session.execute(
        select(
            Run.id,
            Run.state,
            Run.queued_at,
            Run.row_count,
            took.label("duration_ms"),
            Query.id.label("query_id"),
            Query.name.label("query_name"),
            Datasource.name.label("datasource_name"),
            User.name.label("requested_by_name"),
        )
        .join(Datasource, Datasource.id == Run.datasource_id)
        .join(User, User.id == Run.requested_by)
        .outerjoin(QueryVersion, QueryVersion.id == Run.query_version_id)
        .outerjoin(Query, Query.id == QueryVersion.query_id)
        .where(Run.org_id == actor.org_id, text(LISTED).bindparams(**seer(actor)))
        .order_by(Run.id.desc())
        .limit(limit)
    ).all()
