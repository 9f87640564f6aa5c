"""The event sources of an org."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.analytics.models import EventSource
from app.core.errors import NotFound


def list_sources(session: Session, actor: Actor) -> Sequence[EventSource]:
    """By slug."""
    found = select(EventSource).where(EventSource.org_id == actor.org_id).order_by(EventSource.slug)
    return session.scalars(found).all()


def find_source(session: Session, actor: Actor, slug: str, *, lock: bool = False) -> EventSource:
    """Raises NotFound."""
    found = select(EventSource).where(EventSource.org_id == actor.org_id, EventSource.slug == slug)
    source = session.scalar(found.with_for_update() if lock else found)
    if source is None:
        raise NotFound(f"There is no event source {slug} in your organisation.")
    return source
