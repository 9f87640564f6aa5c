"""Finding queries and versions: each list in one statement, by keyset, newest first."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.allow import Actor
from app.accounts.models import User
from app.datasources.models import Datasource
from app.queries.models import QUERIES, Query, QueryVersion
from app.saved.archive import fetch_live
from app.saved.find import PAGE, Listing, Wanted, saved_things
from app.saved.versions import find_version


def queries(actor: Actor, wanted: Wanted) -> Select[Any]:
    """Rows: those of `saved_things`, datasource_id, datasource_name; SQL is searched too."""
    return saved_things(
        actor,
        QUERIES,
        wanted,
        Datasource.id.label("datasource_id"),
        Datasource.name.label("datasource_name"),
        texts=[QueryVersion.sql],
    ).join(Datasource, Datasource.id == QueryVersion.datasource_id)


def find_query(session: Session, actor: Actor, query_id: int, *, lock: bool = False) -> Query:
    """Raises NotFound for a stranger's query, as for none, and for an archived one."""
    return fetch_live(session, actor, Query, query_id, lock=lock)


def newest_version(session: Session, query: Query) -> QueryVersion:
    """With its parameters, datasource and author."""
    return version_of(session, query, query.latest)


def version_of(session: Session, query: Query, number: int) -> QueryVersion:
    """With its parameters, datasource and author. Raises NotFound."""
    return find_version(
        session,
        query,
        QueryVersion,
        number,
        joinedload(QueryVersion.datasource),
        joinedload(QueryVersion.author),
        selectinload(QueryVersion.parameters),
    )


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
