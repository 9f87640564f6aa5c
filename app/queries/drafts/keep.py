"""Keeping what somebody writes, a moment after each change, until it is saved or thrown away."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.core.clock import now
from app.core.errors import Invalid
from app.core.text import unstorable
from app.datasources.models import Datasource
from app.queries.drafts.models import Draft
from app.queries.models import Query, QueryVersion
from app.queries.placeholders import LONGEST_SQL
from app.saved.archive import fetch_live
from app.saved.names import LONGEST_NAME


def find_draft(session: Session, actor: Actor, query_id: int | None) -> Draft | None:
    """The actor's own; `query_id` None is the query that has no name yet."""
    return session.scalar(
        select(Draft).where(
            Draft.user_id == actor.user_id,
            Draft.org_id == actor.org_id,
            Draft.query_id == query_id if query_id is not None else Draft.query_id.is_(None),
        )
    )


def keep_draft(
    session: Session,
    actor: Actor,
    *,
    query_id: int | None,
    based_on: int | None,
    datasource_id: int | None,
    name: str,
    sql: str,
) -> None:
    """Keep this; a text that says nothing new is no draft. Raises NotFound, Invalid at `sql`."""
    if len(sql) > LONGEST_SQL or unstorable(sql) or unstorable(name):
        raise Invalid(fields={"sql": "This text cannot be kept as a draft."})
    if datasource_id is not None:
        fetch(session, actor, Datasource, datasource_id)
    query = fetch_live(session, actor, Query, query_id, lock=True) if query_id is not None else None
    draft = find_draft(session, actor, query_id)
    if _says_nothing_new(session, query, sql):
        if draft is not None:
            session.delete(draft)
        return
    if draft is None:
        draft = Draft(org_id=actor.org_id, user_id=actor.user_id, query_id=query_id)
        session.add(draft)
    draft.based_on, draft.datasource_id = based_on, datasource_id
    draft.name, draft.sql, draft.saved_at = name[:LONGEST_NAME], sql, now()


def forget_draft(session: Session, actor: Actor, query_id: int | None) -> None:
    """It was saved, or is not wanted."""
    own = delete(Draft).where(Draft.user_id == actor.user_id, Draft.org_id == actor.org_id)
    session.execute(
        own.where(Draft.query_id == query_id if query_id is not None else Draft.query_id.is_(None))
    )


def _says_nothing_new(session: Session, query: Query | None, sql: str) -> bool:
    if query is None:
        return not sql.strip()
    saved = select(QueryVersion.sql).where(
        QueryVersion.query_id == query.id, QueryVersion.number == query.latest
    )
    return session.scalar(saved) == sql
