"""Store events: all of them or none, and each once, however often it is sent."""

from collections.abc import Sequence
from typing import NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.models import Role
from app.analytics.events.read import Event, Read, refuse
from app.analytics.sources.find import list_sources

STORE = text(
    """
    insert into analytics_events (org_id, source_id, external_ref, entity_id, status, processing_ms,
                                  amount_cents, occurred_at, received_at, payload)
    select :org_id, source_id, external_ref, entity_id, status, processing_ms, amount_cents, occurred_at,
           now(), cast(payload as jsonb)
    from unnest(cast(:source_id as bigint[]), cast(:external_ref as text[]), cast(:entity_id as text[]),
                cast(:status as text[]), cast(:processing_ms as int[]), cast(:amount_cents as bigint[]),
                cast(:occurred_at as timestamptz[]), cast(:payload as text[]))
         as sent (source_id, external_ref, entity_id, status, processing_ms, amount_cents, occurred_at,
                  payload)
    order by source_id, external_ref
    on conflict (source_id, external_ref) do nothing
    """
)


class Taken(NamedTuple):
    """How many were stored, and how many were known before by their source and external_ref."""

    stored: int
    known: int


def take_events(session: Session, actor: Actor, read: Read) -> Taken:
    """Raises Invalid at each event whose source is not there or not active; then nothing is stored.

    They are inserted in the order of their key, so that two equal batches at once do not lock each other out.
    """
    need(actor, Role.EDITOR)
    sources = _sources(session, actor, read)
    events = read.events
    values = {name: [getattr(event, name) for event in events] for name in _PLAIN}
    values["source_id"] = [sources[event.source] for event in events]
    values["payload"] = [_packed(event) for event in events]
    stored: int = session.execute(STORE, {"org_id": actor.org_id, **values}).rowcount  # type: ignore[attr-defined]
    return Taken(stored, len(events) - stored)


_PLAIN = ("external_ref", "entity_id", "status", "processing_ms", "amount_cents", "occurred_at")


def _packed(event: Event) -> str | None:
    return None if event.payload is None else orjson.dumps(event.payload).decode()


def _sources(session: Session, actor: Actor, read: Read) -> dict[str, int]:
    """Slug -> number of those that may send."""
    there = list_sources(session, actor)
    active = {source.slug: source.id for source in there if source.is_active}
    strange = {event.source for event in read.events} - set(active)
    if strange:
        idle = {source.slug for source in there} - set(active)
        words = {slug: _why(slug, idle, sorted(active)) for slug in strange}
        raise refuse(
            read.places,
            {at: {"source": words[e.source]} for at, e in enumerate(read.events) if e.source in words},
        )
    return active


def _why(slug: str, idle: set[str], active: Sequence[str]) -> str:
    if slug in idle:
        return f"The event source {slug} is not active: it takes no events."
    names = ", ".join(active[:20]) + (" ..." if len(active) > 20 else "")
    known = f"There are: {names}." if active else "There is none yet."
    return f"There is no event source {slug[:60]}. {known} POST /v1/event-sources makes one."
