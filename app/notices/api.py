"""`/v1/notices`: what one was told; `/v1/webhook`: where the org is told by signed JSON."""

from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid, NotFound
from app.notices.channels import remove_webhook, set_webhook, try_webhook, webhook_of
from app.notices.forms import ReadBody, WebhookForm
from app.notices.models import Notice
from app.notices.read import PAGE, list_notices, mark_all_read, mark_read, unread
from app.web.api import answer_json, integer
from app.web.forms import read_json

bp = Blueprint("notices_api", __name__, url_prefix="/v1")


@bp.get("/notices")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    limit, before = integer("limit", PAGE), integer("before", 0)
    if not 1 <= limit <= 1000:
        raise Invalid(fields={"limit": "Ask for 1 to 1,000."})
    rows = list_notices(session, actor, before=before or None, limit=limit)
    return answer_json({"unread": unread(session, actor), "notices": [_told(row) for row in rows]})


@bp.post("/notices/<int:notice_id>/reading")
@guard(Role.VIEWER)
def read(actor: Actor, session: Session, notice_id: int) -> Response:
    return answer_json(_told(mark_read(session, actor, notice_id)))


@bp.post("/notices/reading")
@guard(Role.VIEWER)
def read_all(actor: Actor, session: Session) -> Response:
    mark_all_read(session, actor, read_json(ReadBody).up_to)
    return answer_json({"unread": unread(session, actor)})


@bp.get("/webhook")
@guard(Role.ADMIN)
def webhook(actor: Actor, session: Session) -> Response:
    found = webhook_of(session, actor)
    if found is None:
        raise NotFound("Your organisation has no webhook.")
    return answer_json({"url": found.url})


@bp.post("/webhook")
@guard(Role.ADMIN)
def change_webhook(actor: Actor, session: Session) -> Response:
    """201 with the secret that signs from now on; it is not shown again."""
    made, secret = set_webhook(session, actor, read_json(WebhookForm).url)
    return answer_json({"url": made.url, "secret": secret}, 201)


@bp.post("/webhook/deletion")
@guard(Role.ADMIN)
def delete_webhook(actor: Actor, session: Session) -> Response:
    remove_webhook(session, actor)
    return Response(status=204)


@bp.post("/webhook/test")
@guard(Role.ADMIN)
def test_webhook(actor: Actor, session: Session) -> Response:
    try_webhook(session, actor)
    return Response(status=202)


def _told(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "kind": notice.kind,
        "tone": notice.tone,
        "title": notice.title,
        "text": notice.text,
        "path": notice.path,
        "created_at": notice.created_at.isoformat().replace("+00:00", "Z"),
        "read_at": notice.read_at.isoformat().replace("+00:00", "Z") if notice.read_at else None,
    }
