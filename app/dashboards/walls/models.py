"""Links that show one dashboard on a screen, and may do nothing else."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Base, Numbered


class WallToken(Numbered, Base):
    """Shown once; kept are its SHA-256 and its first characters. It works while its maker is a member.

    `address` holds the values of the dashboard as they were when it was made: whoever has the link cannot ask
    for others.
    """

    __tablename__ = "wall_tokens"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("name <> ''", name="name"),
        Index("ix_wall_tokens_dashboard_id", "dashboard_id"),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    dashboard_id: Mapped[int] = mapped_column(ForeignKey("dashboards.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), doc="who made it")
    name: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
