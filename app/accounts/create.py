"""Making people and orgs, and finding a person by e-mail for the command line."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Membership, Org, Role, SignIn, User
from app.accounts.passwords import LONGEST, SHORTEST, hash_password
from app.audit.record import record
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound

LONGEST_NAME = 100


def nobody_yet(session: Session) -> bool:
    """Whether the installation still waits for its first person. People are disabled and never deleted."""
    return session.scalar(select(User.id).limit(1)) is None


def create_user(
    session: Session, *, email: str, name: str, password: str, org_name: str, role: Role
) -> Actor:
    """A new person in an org, which is made when no org has that name.

    Raises Invalid for a bad e-mail or a short password, Conflict when the e-mail is taken.
    """
    email = email.strip().lower()
    problems = person_problems(name, password)
    if problem := email_problem(email):
        problems["email"] = problem
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
    if session.scalar(select(User.id).where(User.email == email)):
        raise Conflict(f"There is a user with the e-mail {email} already.")
    org = session.scalar(select(Org).where(Org.name == org_name))
    if org is None:
        org = Org(name=org_name)
        session.add(org)
    user = User(email=email, name=name.strip(), password_hash=hash_password(password))
    session.add(user)
    session.flush()
    session.add(Membership(org_id=org.id, user_id=user.id, role=role))
    session.flush()
    actor = Actor(user.id, org.id, user.email, user.name, role, org.name, "command line")
    record(session, actor, "user.created", actor.user_id)
    return actor


def email_problem(email: str) -> str | None:
    """A sentence on why this is no e-mail address, None when it may be one."""
    if "@" in email[1:-1] and not any(c.isspace() for c in email) and len(email) <= 254:
        return None
    return "Write an e-mail address such as alice@example.com."


def person_problems(name: str, password: str) -> dict[str, str]:
    """What is wrong with a new person's name and password, by field."""
    problems = {}
    if not SHORTEST <= len(password) <= LONGEST:
        problems["password"] = f"Use {SHORTEST} characters or more."
    if not name.strip() or len(name) > LONGEST_NAME:
        problems["name"] = f"Say your name, in at most {LONGEST_NAME} characters."
    return problems


def actor_by_email(session: Session, email: str) -> Actor:
    """The person with this e-mail, in the oldest of their orgs. Raises NotFound."""
    found = session.execute(
        select(User, Membership.role, Org)
        .join(Membership, Membership.user_id == User.id)
        .join(Org, Org.id == Membership.org_id)
        .where(User.email == email.strip().lower(), Membership.disabled_at.is_(None))
        .order_by(Membership.created_at)
    ).first()
    if found is None:
        raise NotFound(f"There is no user with the e-mail {email}.")
    user, role, org = found
    return Actor(user.id, org.id, user.email, user.name, Role(role), org.name, "command line")


def set_password(session: Session, actor: Actor, password: str) -> None:
    """Change a person's password and end all of their sign-ins. Raises Invalid for a short one."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(fields={"password": f"Use {SHORTEST} characters or more."})
    session.execute(
        update(User).where(User.id == actor.user_id).values(password_hash=hash_password(password))
    )
    session.execute(
        update(SignIn)
        .where(SignIn.user_id == actor.user_id, SignIn.revoked_at.is_(None))
        .values(revoked_at=now())
    )
    record(session, actor, "user.password_changed", actor.user_id)
