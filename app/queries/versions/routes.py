"""Pages about versions: two of them side by side, and bringing one back."""

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.accounts.guard import guard
from app.accounts.models import Role
from app.queries.find import find_query
from app.queries.models import Query
from app.queries.versions.compare import compare
from app.queries.versions.find import find_version
from app.queries.versions.restore import restore_version, unarchive_query
from app.web.respond import go, page

bp = Blueprint("versions", __name__)


@bp.get("/queries/<int:query_id>/versions/<int:number>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, query_id: int, number: int) -> Response:
    """A version beside another one, `with`: the one before it unless it says otherwise."""
    query = find_query(session, actor, query_id)
    version = find_version(session, query, number)
    other_number = request.args.get("with", type=int) or max(number - 1, 1)
    other = find_version(session, query, other_number)
    left, right = sorted((version, other), key=lambda each: each.number)
    return page(
        "queries/versions/show.html",
        query=query,
        version=version,
        left=left,
        right=right,
        comparison=compare(left, right),
    )


@bp.post("/queries/<int:query_id>/versions/<int:number>/restoration")
@guard(Role.EDITOR)
def restore(actor: Actor, session: Session, query_id: int, number: int) -> Response:
    query = find_query(session, actor, query_id, lock=True)
    restored = restore_version(session, actor, query, find_version(session, query, number))
    flash(f"Version {number} is back, as version {restored.number}.", "success")
    return go("queries.show", query_id=query.id)


@bp.post("/queries/<int:query_id>/unarchival")
@guard(Role.EDITOR)
def unarchive(actor: Actor, session: Session, query_id: int) -> Response:
    query = fetch(session, actor, Query, query_id, lock=True)
    unarchive_query(session, actor, query)
    flash(f"{query.name} is back on the list.", "success")
    return go("queries.show", query_id=query.id)
