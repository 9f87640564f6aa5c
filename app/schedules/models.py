"""When a query is run by itself, and what came of every due time."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.clock import now
from app.core.db import Base, Numbered
from app.queries.models import Query


class Missed(StrEnum):
    """What happens to a due time that nobody was there to see."""

    RUN_ONCE = "run_once"
    SKIP = "skip"


class Outcome(StrEnum):
    """What came of a due time; how the run ended is the run's own state."""

    RAN = "ran"
    JOINED = "joined"
    SKIPPED = "skipped"
    MISSED = "missed"
    FAILED = "failed"


class Schedule(Numbered, Base):
    """Runs a query as whoever made it: each `every_minutes` from `starts_at` on, or by `cron` in a zone."""

    __tablename__ = "schedules"
    __table_args__ = (
        CheckConstraint("(every_minutes is null) <> (cron is null)", name="rule"),
        CheckConstraint("every_minutes > 0", name="every_minutes"),
        CheckConstraint("missed in ('run_once', 'skip')", name="missed"),
        CheckConstraint("(paused_at is null) = (paused_by is null)", name="paused"),
        CheckConstraint("ends_at > starts_at", name="ends_at"),
        CheckConstraint("deleted_at is null or next_due_at is null", name="deleted"),
        Index("ix_schedules_org_id_query_id", "org_id", "query_id"),
        Index("ix_schedules_due", "next_due_at", postgresql_where=text("next_due_at is not null")),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    query_id: Mapped[int] = mapped_column(ForeignKey("queries.id"))
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    time_zone: Mapped[str] = mapped_column(Text)
    every_minutes: Mapped[int | None] = mapped_column(Integer)
    cron: Mapped[str | None] = mapped_column(Text, doc="five fields, read by the clock on the wall")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    missed: Mapped[str] = mapped_column(Text, default=Missed.RUN_ONCE)
    given: Mapped[dict[str, Any]] = mapped_column(
        JSONB, doc="values as they were said; only `bind` reads them"
    )
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    next_due_at: Mapped[datetime | None] = mapped_column(doc="NULL: it is over, or deleted")
    deleted_at: Mapped[datetime | None]

    query: Mapped[Query] = relationship(lazy="raise")
    creator: Mapped[User] = relationship(foreign_keys=[created_by], lazy="raise")
    pauser: Mapped[User | None] = relationship(foreign_keys=[paused_by], lazy="raise")


class Refresh(Numbered, Base):
    """What came of one due time. The unique key is what two schedulers meet at."""

    __tablename__ = "refreshes"
    __table_args__ = (
        UniqueConstraint("schedule_id", "due_at"),
        CheckConstraint("outcome in ('ran', 'joined', 'skipped', 'missed', 'failed')", name="outcome"),
        CheckConstraint("run_id is null or outcome in ('ran', 'joined')", name="run"),
        CheckConstraint("(outcome in ('ran', 'joined')) = (reason is null)", name="reason"),
        Index("ix_refreshes_run_id", "run_id"),
    )

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedules.id", ondelete="CASCADE"))
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime] = mapped_column(default=now)
    outcome: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text, doc="a sentence: why it did not run")
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="who said: run now")
