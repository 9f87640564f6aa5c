"""Accepting an invite: once, as a new person or as one who has an account already."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.create import person_problems
from app.accounts.invites.models import Invite
from app.accounts.models import Membership, Role, User
from app.accounts.passwords import hash_password, password_matches
from app.accounts.sign_ins import digest
from app.audit.record import record
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound, Problem


class InviteOver(Problem):
    """It was used, taken back, or is too old."""

    status = 410
    code = "invite_over"
    title = "This invite does not work any more"


@dataclass(frozen=True, slots=True)
class Opened:
    """An invite that can be accepted, and the account that its address has, if any."""

    invite: Invite
    user: User | None


def open_invite(session: Session, token: str) -> Opened:
    """Raises NotFound for a token that was never given out, InviteOver."""
    found = session.scalar(select(Invite).where(Invite.token_hash == digest(token)))
    if found is None:
        raise NotFound("There is no such invite. Open the link as it was sent to you, to its last character.")
    if over := _over(found):
        raise InviteOver(over)
    return Opened(found, session.scalar(select(User).where(User.email == found.email)))


def accept_as_new(session: Session, opened: Opened, name: str, password: str) -> Membership:
    """A new account, and a member. Raises Invalid, InviteOver, Conflict when somebody was faster."""
    if problems := person_problems(name, password):
        raise Invalid(" ".join(problems.values()), fields=problems)
    kept = {"email": opened.invite.email, "name": name.strip(), "password_hash": hash_password(password)}
    made = insert(User).values(**kept).on_conflict_do_nothing(index_elements=["email"]).returning(User)
    user = session.scalar(made)
    if user is None:
        raise Conflict(f"{opened.invite.email} has an account by now. Open the link again.")
    return _join(session, opened.invite, user)


def accept_with_password(session: Session, opened: Opened, password: str) -> Membership:
    """As the account that the address has. Raises Invalid at `password`, InviteOver."""
    user = opened.user
    usable = user is not None and user.disabled_at is None
    if not password_matches(user.password_hash if user and usable else None, password) or user is None:
        said = f"This is not the password of {opened.invite.email}."
        raise Invalid(said, fields={"password": said})
    return _join(session, opened.invite, user)


def accept_signed_in(session: Session, opened: Opened, actor: Actor) -> Membership:
    """As whoever is signed in. Raises Conflict when the invite is for somebody else, InviteOver."""
    if opened.user is None or opened.user.id != actor.user_id:
        raise Conflict(f"This invite is for {opened.invite.email}, and you are signed in as {actor.email}.")
    return _join(session, opened.invite, opened.user)


def _join(session: Session, invite: Invite, user: User) -> Membership:
    """The guarded UPDATE says whether this one was the first to accept."""
    accepted = session.execute(
        update(Invite)
        .where(
            Invite.id == invite.id,
            Invite.accepted_at.is_(None),
            Invite.revoked_at.is_(None),
            Invite.expires_at > now(),
        )
        .values(accepted_at=now(), accepted_by=user.id)
        .execution_options(synchronize_session=False)
    )
    if not accepted.rowcount:  # type: ignore[attr-defined]
        session.refresh(invite)
        raise InviteOver(_over(invite) or "")
    if session.get(Membership, (invite.org_id, user.id)):
        raise Conflict(f"{user.name} is a member of {invite.org.name} already.")
    membership = Membership(org_id=invite.org_id, user_id=user.id, role=invite.role)
    session.add(membership)
    session.flush()
    joined = Actor(user.id, invite.org_id, user.email, user.name, Role(invite.role), invite.org.name)
    record(session, joined, "invite.accepted", invite.id, email=user.email, role=invite.role)
    return membership


def _over(invite: Invite) -> str | None:
    """Why it cannot be accepted, and what to do; None when it can."""
    again = f"Ask {invite.inviter.name} for a new one."
    if invite.accepted_at is not None:
        return f"It was used on {_day(invite.accepted_at)}, and each works once. Sign in, or: {again}"
    if invite.revoked_at is not None:
        return f"It was taken back, or a newer one was made for {invite.email}. {again}"
    if invite.expires_at <= now():
        return f"It was valid until {_day(invite.expires_at)}. {again}"
    return None


def _day(moment: object) -> str:
    return f"{moment:%Y-%m-%d}"
