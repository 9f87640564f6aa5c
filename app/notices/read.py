"""What a person was told, and what of it is new to him."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.core.errors import NotFound
from app.notices.models import Notice

PAGE = 50
# Every page asks this.
UNREAD = text(
    "select count(*) from notices where user_id = :user_id and org_id = :org_id and read_at is null"
)


def list_notices(
    session: Session, actor: Actor, *, before: int | None = None, limit: int = PAGE
) -> Sequence[Notice]:
    """Newest first, older than the notice `before`."""
    found = select(Notice).where(*_of(actor)).order_by(Notice.id.desc()).limit(limit)
    if before is not None:
        found = found.where(Notice.id < min(before, 2**63 - 1))
    return session.scalars(found).all()


def unread(session: Session, actor: Actor) -> int:
    found: int = session.scalar(UNREAD, {"user_id": actor.user_id, "org_id": actor.org_id})
    return found


def mark_read(session: Session, actor: Actor, notice_id: int) -> Notice:
    """Raises NotFound for somebody else's, as for none."""
    found = None
    if 0 < notice_id < 2**63:
        found = session.scalar(select(Notice).where(*_of(actor), Notice.id == notice_id))
    if found is None:
        raise NotFound(f"There is no notice {notice_id} for you.")
    found.read_at = found.read_at or now()
    return found


def mark_all_read(session: Session, actor: Actor, up_to: int) -> None:
    """Those up to this number: what came since was not seen."""
    this = update(Notice).where(*_of(actor), Notice.id <= min(up_to, 2**63 - 1), Notice.read_at.is_(None))
    session.execute(this.values(read_at=now()))


def _of(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (Notice.user_id == actor.user_id, Notice.org_id == actor.org_id)
