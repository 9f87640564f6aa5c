"""What `/v1` can do with each saved thing: list it, put it into the archive, and take it out."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.saved.archive import archive, fetch_live, unarchive
from app.saved.find import PAGE
from app.saved.models import Saved
from app.web.api import integer


def add_archive(bp: Blueprint, model: type[Saved]) -> None:
    """`archive` and `unarchive` on a blueprint whose prefix names the things."""

    @bp.post("/<int:id>/archival", endpoint="archive")
    @guard(Role.EDITOR)
    def put(actor: Actor, session: Session, id: int) -> Response:
        archive(session, actor, fetch_live(session, actor, model, id, lock=True))
        return Response(status=204)

    @bp.post("/<int:id>/unarchival", endpoint="unarchive")
    @guard(Role.EDITOR)
    def take(actor: Actor, session: Session, id: int) -> Response:
        thing = fetch(session, actor, model, id, lock=True)
        unarchive(session, actor, thing)
        return jsonify(id=thing.id, name=thing.name, version=thing.latest)


def page_asked() -> dict[str, Any]:
    """What the address says of a list: `q`, `after`, `limit`. Raises Invalid at `limit`."""
    limit = integer("limit", PAGE)
    if not 1 <= limit <= 500:
        raise Invalid("Ask for 1 to 500.", fields={"limit": "Ask for 1 to 500."})
    return {"q": request.args.get("q", ""), "after": request.args.get("after", ""), "limit": limit}
