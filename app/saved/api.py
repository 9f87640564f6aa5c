"""What `/v1` can do with each sort of saved things: the list, stars, tags, the archive."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.saved.archive import archive, fetch_live, unarchive
from app.saved.favourites import disfavour, favour, is_favourite
from app.saved.find import PAGE, Wanted, one_page
from app.saved.models import Saved, Sort
from app.saved.routes import wanted_of_address
from app.saved.tags import set_tags, tags_of
from app.web.api import answer_json, integer
from app.web.forms import Body, read_json


class TagsBody(Body):
    tags: list[str]


def add_api(
    bp: Blueprint,
    sort: Sort,
    find: Callable[[Actor, Wanted], Select[Any]],
    line: Callable[[Any], dict[str, Any]],
) -> None:
    """To a blueprint whose prefix names the things; `line` says what `find` found beside what all have."""

    @bp.get("", endpoint="index")
    @guard(Role.VIEWER)
    def index(actor: Actor, session: Session) -> Response:
        limit = integer("limit", PAGE)
        if not 1 <= limit <= 500:
            raise Invalid("Ask for 1 to 500.", fields={"limit": "Ask for 1 to 500."})
        found = find(actor, wanted_of_address())
        listing = one_page(session, actor, sort, found, request.args.get("after", ""), limit)
        return answer_json(
            {sort.many: [_line(row) | line(row) for row in listing.rows], "next": listing.next}
        )

    @bp.post("/<int:id>/tags", endpoint="tag")
    @guard(Role.EDITOR)
    def tag(actor: Actor, session: Session, id: int) -> Response:
        """These tags instead of those that it has."""
        thing = fetch_live(session, actor, sort.things, id, lock=True)
        return answer_json({"tags": set_tags(session, actor, sort, thing, read_json(TagsBody).tags)})

    @bp.post("/<int:id>/favourite", endpoint="favour")
    @guard(Role.VIEWER)
    def star(actor: Actor, session: Session, id: int) -> Response:
        favour(session, actor, sort, fetch_live(session, actor, sort.things, id))
        return Response(status=204)

    @bp.post("/<int:id>/favourite/removal", endpoint="disfavour")
    @guard(Role.VIEWER)
    def unstar(actor: Actor, session: Session, id: int) -> Response:
        disfavour(session, actor, sort, fetch_live(session, actor, sort.things, id))
        return Response(status=204)

    @bp.post("/<int:id>/archival", endpoint="archive")
    @guard(Role.EDITOR)
    def put(actor: Actor, session: Session, id: int) -> Response:
        archive(session, actor, fetch_live(session, actor, sort.things, id, lock=True))
        return Response(status=204)

    @bp.post("/<int:id>/unarchival", endpoint="unarchive")
    @guard(Role.EDITOR)
    def take(actor: Actor, session: Session, id: int) -> Response:
        thing = fetch(session, actor, sort.things, id, lock=True)
        unarchive(session, actor, thing)
        return answer_json({"id": thing.id, "name": thing.name, "version": thing.latest})


def marks(session: Session, actor: Actor, sort: Sort, thing: Saved) -> dict[str, Any]:
    """What one thing bears, for its own answer."""
    return {
        "tags": list(tags_of(session, sort, thing)),
        "favourite": is_favourite(session, actor, sort, thing),
    }


def _line(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "version": row.version,
        "tags": row.tags or [],
        "favourite": row.favourite,
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
        "changed_at": row.changed_at.isoformat().replace("+00:00", "Z"),
    }
