"""Finding queries and versions: each list in one statement, by keyset, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.allow import Actor, fetch
from app.accounts.models import User
from app.core.errors import Invalid, NotFound
from app.datasources.models import Datasource
from app.queries.models import Query, QueryVersion

PAGE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of one page, and the cursor of the next one when there are more."""

    rows: Sequence[Any]
    next: str | None


def list_queries(
    session: Session,
    actor: Actor,
    *,
    q: str = "",
    after: str = "",
    limit: int = PAGE,
    archived: bool = False,
) -> Listing:
    """Queries whose name or SQL holds `q`, newest save first, from the cursor `after` on.

    Rows: id, name, description, version, changed_at, datasource_id, datasource_name, saved_by_name.
    Raises Invalid for a cursor that this function never gave.
    """
    found = (
        select(
            Query.id,
            Query.name,
            Query.description,
            Query.latest.label("version"),
            Query.created_at,
            Query.changed_at,
            Datasource.id.label("datasource_id"),
            Datasource.name.label("datasource_name"),
            User.name.label("saved_by_name"),
        )
        .join(QueryVersion, (QueryVersion.query_id == Query.id) & (QueryVersion.number == Query.latest))
        .join(Datasource, Datasource.id == QueryVersion.datasource_id)
        .join(User, User.id == QueryVersion.saved_by)
        .where(
            Query.org_id == actor.org_id,
            Query.archived_at.is_not(None) if archived else Query.archived_at.is_(None),
        )
        .order_by(Query.changed_at.desc(), Query.id.desc())
        .limit(limit + 1)
    )
    if wanted := q.replace("\0", "").strip():
        named = func.lower(Query.name).contains(wanted.lower(), autoescape=True)
        written = func.lower(QueryVersion.sql).contains(wanted.lower(), autoescape=True)
        found = found.where(named | written)
    if after:
        found = found.where(tuple_(Query.changed_at, Query.id) < tuple_(*_read_cursor(after)))
    rows = session.execute(found).all()
    more = len(rows) > limit
    rows = rows[:limit]
    return Listing(rows, _cursor(rows[-1].changed_at, rows[-1].id) if more else None)


def find_query(session: Session, actor: Actor, query_id: int, *, lock: bool = False) -> Query:
    """Raises NotFound for a stranger's query, as for none, and for an archived one."""
    query = fetch(session, actor, Query, query_id, lock=lock)
    if query.archived_at is not None:
        raise NotFound(f"{query.name} was archived. Its runs are still there.")
    return query


def newest_version(session: Session, query: Query) -> QueryVersion:
    """With its parameters, datasource and author."""
    return session.execute(
        select(QueryVersion)
        .where(QueryVersion.query_id == query.id, QueryVersion.number == query.latest)
        .options(
            joinedload(QueryVersion.datasource),
            joinedload(QueryVersion.author),
            selectinload(QueryVersion.parameters),
        )
    ).scalar_one()


def list_versions(session: Session, query: Query, *, before: int | None = None, limit: int = PAGE) -> Listing:
    """Versions, newest first. Rows: number, sql, saved_at, saved_by_name, datasource_name."""
    found = (
        select(
            QueryVersion.number,
            QueryVersion.sql,
            QueryVersion.saved_at,
            User.name.label("saved_by_name"),
            Datasource.name.label("datasource_name"),
        )
        .join(User, User.id == QueryVersion.saved_by)
        .join(Datasource, Datasource.id == QueryVersion.datasource_id)
        .where(QueryVersion.query_id == query.id)
        .order_by(QueryVersion.number.desc())
        .limit(limit + 1)
    )
    if before is not None:
        found = found.where(QueryVersion.number < before)
    rows = session.execute(found).all()
    more = len(rows) > limit
    return Listing(rows[:limit], str(rows[limit - 1].number) if more else None)


def _cursor(moment: datetime, id: int) -> str:
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}-{id}"


def _read_cursor(text: str) -> tuple[datetime, int]:
    microseconds, _, id = text.partition("-")
    try:
        if not (text.isascii() and id.isdigit() and len(text) < 40 and int(id) < 2**63):
            raise ValueError
        return _EPOCH + timedelta(microseconds=int(microseconds)), int(id)
    except (ValueError, OverflowError):
        raise Invalid("Start again from the first page.", fields={"after": "This is no page."}) from None
