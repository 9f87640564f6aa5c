"""`/v1/members`: who belongs to the org, and what an admin does about it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.members import change
from app.accounts.members.find import LONGEST_PAGE, PAGE, Member, find_member, list_members
from app.accounts.members.forms import RoleForm
from app.accounts.models import Role
from app.core.errors import Invalid
from app.web.api import answer_json, natural, rfc3339
from app.web.forms import read_json

bp = Blueprint("members_api", __name__, url_prefix="/v1/members")


@bp.get("")
@guard(Role.ADMIN)
def index(actor: Actor, session: Session) -> Response:
    """`next` is what the following page is asked with as `after`; null on the last one."""
    search, limit = request.args.get("q", ""), natural("limit", PAGE)
    if not 1 <= limit <= LONGEST_PAGE:
        raise Invalid(fields={"limit": f"Ask for 1 to {LONGEST_PAGE:,}."})
    if "\0" in search:
        raise Invalid(fields={"q": "This holds a NUL character. Remove it."})
    found = list_members(session, actor, search=search, after=natural("after", 0), limit=limit + 1)
    following = found[limit - 1].id if len(found) > limit else None
    return answer_json({"members": [_told(each) for each in found[:limit]], "next": following})


@bp.get("/<int:user_id>")
@guard(Role.ADMIN)
def show(actor: Actor, session: Session, user_id: int) -> Response:
    return answer_json(_told(find_member(session, actor, user_id)))


@bp.post("/<int:user_id>/role")
@guard(Role.ADMIN)
def set_role(actor: Actor, session: Session, user_id: int) -> Response:
    find_member(session, actor, user_id)
    change.change_role(session, actor, user_id, read_json(RoleForm).role)
    return answer_json(_told(find_member(session, actor, user_id)))


@bp.post("/<int:user_id>/disablement")
@guard(Role.ADMIN)
def disable(actor: Actor, session: Session, user_id: int) -> Response:
    return _after(actor, session, user_id, change.disable_member)


@bp.post("/<int:user_id>/enablement")
@guard(Role.ADMIN)
def enable(actor: Actor, session: Session, user_id: int) -> Response:
    return _after(actor, session, user_id, change.enable_member)


@bp.post("/<int:user_id>/revocation")
@guard(Role.ADMIN)
def revoke(actor: Actor, session: Session, user_id: int) -> Response:
    return _after(actor, session, user_id, change.revoke_proofs)


@bp.post("/<int:user_id>/removal")
@guard(Role.ADMIN)
def remove(actor: Actor, session: Session, user_id: int) -> Response:
    change.remove_member(session, actor, user_id)
    return Response(status=204)


def _after(
    actor: Actor, session: Session, user_id: int, deed: Callable[[Session, Actor, int], None]
) -> Response:
    deed(session, actor, user_id)
    return answer_json(_told(find_member(session, actor, user_id)))


def _told(member: Member) -> dict[str, Any]:
    return {
        "id": member.id,
        "name": member.name,
        "email": member.email,
        "role": member.role,
        "state": member.state,
        "joined_at": rfc3339(member.joined_at),
        "seen_at": rfc3339(member.seen_at) if member.seen_at else None,
        "sign_ins": member.sign_ins,
        "api_tokens": member.tokens,
    }
