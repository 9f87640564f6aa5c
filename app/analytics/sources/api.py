"""`/v1/event-sources`."""

from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.analytics.models import EventSource
from app.analytics.sources.change import SourceBody, SourceChange, change_source, create_source
from app.analytics.sources.find import find_source, list_sources
from app.web.api import answer_json
from app.web.forms import read_json

bp = Blueprint("event_sources_api", __name__, url_prefix="/v1/event-sources")


@bp.get("")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    return answer_json({"event_sources": [_told(source) for source in list_sources(session, actor)]})


@bp.post("")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    return answer_json(_told(create_source(session, actor, read_json(SourceBody))), 201)


@bp.get("/<slug>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, slug: str) -> Response:
    return answer_json(_told(find_source(session, actor, slug)))


@bp.post("/<slug>")
@guard(Role.EDITOR)
def update(actor: Actor, session: Session, slug: str) -> Response:
    return answer_json(_told(change_source(session, actor, slug, read_json(SourceChange))))


def _told(source: EventSource) -> dict[str, Any]:
    return {
        "id": source.id,
        "slug": source.slug,
        "provider_name": source.provider_name,
        "description": source.description,
        "is_active": source.is_active,
    }
