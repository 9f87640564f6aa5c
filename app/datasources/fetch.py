"""Finding the datasources of an org."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.core import vault
from app.core.errors import NotFound
from app.datasources.connection import open_connection
from app.datasources.models import Datasource


def live_datasources(session: Session, actor: Actor) -> list[Datasource]:
    """Those that are not archived, by name."""
    return list(
        session.scalars(
            select(Datasource)
            .where(Datasource.org_id == actor.org_id, Datasource.archived_at.is_(None))
            .order_by(Datasource.name)
        )
    )


def fetch_live(session: Session, actor: Actor, datasource_id: int, *, lock: bool = False) -> Datasource:
    """Raises NotFound for another org's datasource, as for none and for an archived one."""
    datasource = fetch(session, actor, Datasource, datasource_id, lock=lock)
    if datasource.archived_at is not None:
        raise NotFound(f"The datasource {datasource.name} is archived.")
    return datasource


def stored_connection(datasource: Datasource) -> dict[str, str]:
    """The stored fields; none when no configured key opens them, so that all must be entered again."""
    try:
        return open_connection(datasource)
    except vault.SealBroken:
        return {}
