"""Finding one version of a query."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.errors import NotFound
from app.queries.models import Query, QueryVersion


def find_version(session: Session, query: Query, number: int) -> QueryVersion:
    """With its parameters, datasource and author. Raises NotFound."""
    version = session.scalar(
        select(QueryVersion)
        .where(QueryVersion.query_id == query.id, QueryVersion.number == min(number, 2**62))
        .options(
            joinedload(QueryVersion.datasource),
            joinedload(QueryVersion.author),
            selectinload(QueryVersion.parameters),
        )
    )
    if version is None:
        raise NotFound(f"{query.name} has no version {number}.")
    return version
