"""Pages of an org's members, and of one of them, for admins."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.invites.make import open_invites
from app.accounts.members.change import (
    change_role,
    disable_member,
    enable_member,
    remove_member,
    revoke_proofs,
)
from app.accounts.members.find import PAGE, find_member, list_members
from app.accounts.members.forms import RoleForm
from app.accounts.models import Role
from app.core.errors import Conflict
from app.web.api import natural
from app.web.forms import read_form
from app.web.respond import go, is_htmx, page

bp = Blueprint("members", __name__, url_prefix="/settings/members")


@bp.get("")
@guard(Role.ADMIN)
def index(actor: Actor, session: Session) -> Response:
    search = request.args.get("q", "").replace("\0", "")
    after = natural("after", 0)
    found = list_members(session, actor, search=search, after=after, limit=PAGE + 1)
    return page(
        "accounts/members/_list.html" if is_htmx() else "accounts/members/index.html",
        members=found[:PAGE],
        more=len(found) > PAGE,
        search=search,
        after=after,
        invites=open_invites(session, actor),
    )


@bp.get("/<int:user_id>")
@guard(Role.ADMIN)
def show(actor: Actor, session: Session, user_id: int) -> Response:
    return page("accounts/members/show.html", member=find_member(session, actor, user_id), problem=None)


@bp.post("/<int:user_id>/role")
@guard(Role.ADMIN)
def set_role(actor: Actor, session: Session, user_id: int) -> Response:
    member = find_member(session, actor, user_id)
    form = read_form(RoleForm)
    if not form.data:
        problem = "Choose viewer, editor or admin."
        return page("accounts/members/show.html", 422, member=member, problem=problem)
    role = form.data.role
    return _done(
        actor, session, user_id, lambda: change_role(session, actor, user_id, role), f"is {role.phrase} now"
    )


@bp.post("/<int:user_id>/disablement")
@guard(Role.ADMIN)
def disable(actor: Actor, session: Session, user_id: int) -> Response:
    return _done(
        actor, session, user_id, lambda: disable_member(session, actor, user_id), "cannot come in any more"
    )


@bp.post("/<int:user_id>/enablement")
@guard(Role.ADMIN)
def enable(actor: Actor, session: Session, user_id: int) -> Response:
    return _done(actor, session, user_id, lambda: enable_member(session, actor, user_id), "may come in again")


@bp.post("/<int:user_id>/revocation")
@guard(Role.ADMIN)
def revoke(actor: Actor, session: Session, user_id: int) -> Response:
    return _done(
        actor, session, user_id, lambda: revoke_proofs(session, actor, user_id), "is signed out everywhere"
    )


@bp.post("/<int:user_id>/removal")
@guard(Role.ADMIN)
def remove(actor: Actor, session: Session, user_id: int) -> Response:
    said = f"is no member of {actor.org_name} any more"
    return _done(actor, session, user_id, lambda: remove_member(session, actor, user_id), said, leaves=True)


def _done(
    actor: Actor, session: Session, user_id: int, deed: Callable[[], None], said: str, *, leaves: bool = False
) -> Response:
    """The page again, with what was done or why it was not."""
    member = find_member(session, actor, user_id)
    try:
        deed()
    except Conflict as error:
        return page("accounts/members/show.html", error.status, member=member, problem=error.detail)
    flash(f"{member.name} {said}.", "success")
    return go(".index") if leaves else go(".show", user_id=user_id)
