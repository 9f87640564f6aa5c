"""What people are told, and what is on its way to a mail server or to somebody's web server."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Base, Numbered


class Notice(Numbered, Base):
    """Something that one person in one org is told."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("tone in ('danger', 'success', 'info')", name="tone"),
        Index("ix_notices_of_user", "user_id", "org_id", "id"),
        Index("ix_notices_unread", "user_id", "org_id", postgresql_where=text("read_at is null")),
        Index("ix_notices_created_at", "created_at"),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(Text, doc="what happened, such as `schedule.failed`")
    tone: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")
    path: Mapped[str] = mapped_column(Text, default="", doc="the page that says more")
    created_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]


class Delivery(Numbered, Base):
    """A message that has to leave: written with what it tells of, sent by a job, settled once.

    Due at `try_at` until it was sent or given up. Whoever sends it moves `try_at` ahead before, so that it is
    tried again when he dies.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("channel in ('mail', 'webhook')", name="channel"),
        CheckConstraint("(channel = 'webhook') = (webhook_id is not null)", name="webhook"),
        CheckConstraint("sent_at is null or dropped_at is null", name="settled"),
        Index(
            "ix_deliveries_due",
            "try_at",
            postgresql_where=text("sent_at is null and dropped_at is null"),
        ),
        Index("ix_deliveries_org_id_id", "org_id", "id"),
        Index("ix_deliveries_created_at", "created_at"),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    channel: Mapped[str] = mapped_column(Text)
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    recipient: Mapped[str] = mapped_column(Text, doc="an e-mail address, or the host of a webhook")
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, doc="plain text of a mail, JSON of a webhook")
    created_at: Mapped[datetime] = mapped_column(default=now)
    try_at: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    sent_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text, doc="why the last try failed")


class Webhook(Numbered, Base):
    """The one address of an org's own that is told by signed JSON."""

    __tablename__ = "webhooks"

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"), unique=True)
    url: Mapped[str] = mapped_column(Text)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)


class NoticeChoice(Base):
    """Whether a person wants mail from an org. Without a row: yes."""

    __tablename__ = "notice_choices"

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    by_mail: Mapped[bool] = mapped_column(Boolean)
