"""What an admin does with a member. An org is never left without an admin who can come in."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.members.find import nobody
from app.accounts.models import ApiToken, Membership, Org, Role, SignIn, User
from app.audit.record import record
from app.core.clock import now
from app.core.errors import Conflict


def change_role(session: Session, actor: Actor, user_id: int, role: Role) -> None:
    """From the member's next request on. Raises Forbidden, NotFound, Conflict for the last admin."""
    member = _held(session, actor, user_id)
    if member.role == role:
        return
    if role is not Role.ADMIN:
        _keep_an_admin(session, member)
    before, member.role = member.role, role
    record(session, actor, "member.role_changed", user_id, name=member.user.name, role=role, before=before)


def disable_member(session: Session, actor: Actor, user_id: int) -> None:
    """Keeps somebody out of this org until they are enabled; their sign-ins and tokens sleep meanwhile.

    Raises Forbidden, NotFound, Conflict for the last admin.
    """
    member = _held(session, actor, user_id)
    if member.disabled_at is None:
        _keep_an_admin(session, member)
        member.disabled_at = now()
        record(session, actor, "member.disabled", user_id, name=member.user.name)


def enable_member(session: Session, actor: Actor, user_id: int) -> None:
    """Raises Forbidden, NotFound."""
    member = _held(session, actor, user_id)
    if member.disabled_at is not None:
        member.disabled_at = None
        record(session, actor, "member.enabled", user_id, name=member.user.name)


def revoke_proofs(session: Session, actor: Actor, user_id: int) -> None:
    """No sign-in and no token that was made before now opens this org. Raises Forbidden, NotFound."""
    member = _held(session, actor, user_id)
    sign_ins, tokens = _end_proofs(session, member)
    record(
        session, actor, "member.signed_out", user_id, name=member.user.name, sign_ins=sign_ins, tokens=tokens
    )


def remove_member(session: Session, actor: Actor, user_id: int) -> None:
    """Their account, and all that they made here, stays. Raises Forbidden, NotFound, Conflict."""
    member = _held(session, actor, user_id)
    _keep_an_admin(session, member)
    _end_proofs(session, member)
    record(session, actor, "member.removed", user_id, name=member.user.name, role=member.role)
    session.delete(member)


def _held(session: Session, actor: Actor, user_id: int) -> Membership:
    """Holds the org's row until the transaction ends: two admins cannot remove each other at once."""
    need(actor, Role.ADMIN)
    session.execute(select(Org.id).where(Org.id == actor.org_id).with_for_update(key_share=True))
    member = session.get(Membership, (actor.org_id, user_id)) if user_id < 2**63 else None
    if member is None:
        raise nobody(user_id)
    return member


def _keep_an_admin(session: Session, member: Membership) -> None:
    if member.role != Role.ADMIN:
        return
    others = (
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.org_id == member.org_id,
            Membership.user_id != member.user_id,
            Membership.role == Role.ADMIN,
            Membership.disabled_at.is_(None),
            User.disabled_at.is_(None),
        )
    )
    if not session.scalar(others):
        raise Conflict(
            f"{member.user.name} is the last admin of {member.org.name}. Make somebody else an admin first."
        )


def _end_proofs(session: Session, member: Membership) -> tuple[int, int]:
    """How many sign-ins and tokens ended; sign-ins in another org stay there, and cannot come back here."""
    member.proofs_after = moment = now()
    ended = []
    for proof in (SignIn, ApiToken):
        ending = (
            update(proof)
            .where(
                proof.user_id == member.user_id,
                proof.org_id == member.org_id,
                proof.revoked_at.is_(None),
            )
            .values(revoked_at=moment)
        )
        ended.append(session.execute(ending).rowcount)  # type: ignore[attr-defined]
    return ended[0], ended[1]
