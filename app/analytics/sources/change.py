"""Make an event source, or change what is said of it; each leaves an audit entry."""

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.models import Role
from app.analytics.definitions import ensure_definitions
from app.analytics.models import EventSource
from app.analytics.sources.find import find_source
from app.audit.record import record
from app.core.errors import Conflict
from app.web.forms import Body

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class SourceBody(Body):
    """What a source is. Its slug is what events name, and never changes."""

    slug: str = Field(min_length=1, max_length=60, pattern=SLUG)
    provider_name: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=2_000)


class SourceChange(Body):
    """Only what is given changes. A source that is not active is refused new events; what it sent stays."""

    provider_name: str | None = Field(default=None, min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=2_000)
    is_active: bool | None = None


def create_source(session: Session, actor: Actor, body: SourceBody) -> EventSource:
    """Raises Conflict when the slug is taken."""
    need(actor, Role.EDITOR)
    taken = select(EventSource.id).where(EventSource.org_id == actor.org_id, EventSource.slug == body.slug)
    if session.scalar(taken) is not None:
        sentence = f"There is an event source {body.slug} already. Choose another slug."
        raise Conflict(sentence, fields={"slug": sentence})
    ensure_definitions(session, actor.org_id)
    source = EventSource(org_id=actor.org_id, **body.model_dump())
    session.add(source)
    session.flush()
    record(session, actor, "event_source.created", source.id, slug=source.slug)
    return source


def change_source(session: Session, actor: Actor, slug: str, change: SourceChange) -> EventSource:
    """Raises NotFound, for another org's source as for none."""
    need(actor, Role.EDITOR)
    source = find_source(session, actor, slug, lock=True)
    changed = change.model_dump(exclude_none=True)
    for name, value in changed.items():
        setattr(source, name, value)
    if changed:
        record(
            session, actor, "event_source.changed", source.id, slug=slug, changed=", ".join(sorted(changed))
        )
    return source
