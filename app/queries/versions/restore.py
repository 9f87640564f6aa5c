"""A former version becomes the newest again, as a new one: nothing is ever taken back."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import Conflict
from app.queries.declare import declared_of
from app.queries.models import Query, QueryVersion
from app.queries.save import save_version


def restore_version(
    session: Session, actor: Actor, query: Query, version: QueryVersion, *, based_on: int | None = None
) -> QueryVersion:
    """The query's next version, with all that this one says; name and description stay.

    Raises Conflict for the newest one, Overtaken when the newest is not `based_on`, and Invalid for what
    cannot be saved today.
    """
    if version.number == query.latest:
        raise Conflict(f"Version {version.number} is the newest already.")
    return save_version(
        session,
        actor,
        query,
        name=query.name,
        description=query.description,
        datasource_id=version.datasource_id,
        sql=version.sql,
        parameters=declared_of(version.parameters),
        based_on=query.latest if based_on is None else based_on,
        watermark=version.watermark,
        time_zone=version.time_zone,
    )
