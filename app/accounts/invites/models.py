"""Links that invite one person into an org."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Org, User
from app.core.clock import now
from app.core.db import Base, Numbered


class Invite(Numbered, Base):
    """The link holds a token, this row only its SHA-256. `email` is stored in lower case."""

    __tablename__ = "invites"
    __table_args__ = (
        CheckConstraint("role in ('viewer', 'editor', 'admin')", name="role"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("(accepted_at is null) = (accepted_by is null)", name="accepted"),
        CheckConstraint("accepted_at is null or revoked_at is null", name="ended_once"),
        Index("ix_invites_org_id_id", "org_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    email: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    invited_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]

    org: Mapped[Org] = relationship(lazy="joined")
    inviter: Mapped[User] = relationship(foreign_keys=[invited_by], lazy="joined")
