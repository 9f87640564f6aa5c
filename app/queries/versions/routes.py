"""Pages about versions: two of them side by side, and bringing one back."""

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.queries.find import find_query, version_of
from app.queries.versions.compare import compare
from app.queries.versions.restore import restore_version
from app.web.respond import go, page

bp = Blueprint("versions", __name__)


@bp.get("/queries/<int:query_id>/versions/<int:number>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, query_id: int, number: int) -> Response:
    """A version beside another one, `with`: the one before it unless it says otherwise."""
    query = find_query(session, actor, query_id)
    version = version_of(session, query, number)
    other_number = request.args.get("with", type=int) or max(number - 1, 1)
    other = version_of(session, query, other_number)
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
    restored = restore_version(session, actor, query, version_of(session, query, number))
    flash(f"Version {number} is back, as version {restored.number}.", "success")
    return go("queries.show", query_id=query.id)
