"""When a query or the tiles of a dashboard are run by themselves, and what came of every due time."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.clock import now
from app.core.db import Base, Numbered
from app.dashboards.models import Dashboard
from app.queries.models import Query


class Missed(StrEnum):
    """What happens to a due time that nobody was there to see."""

    RUN_ONCE = "run_once"
    SKIP = "skip"


class Outcome(StrEnum):
    """What came of a due time; how what was started ended is `Ended`."""

    RAN = "ran"
    JOINED = "joined"
    SKIPPED = "skipped"
    MISSED = "missed"
    FAILED = "failed"


TRIED = (Outcome.RAN, Outcome.JOINED, Outcome.FAILED)


class Ended(StrEnum):
    """How a try ended, once all of its runs had. `PARTLY`: some tiles of a dashboard failed."""

    SUCCEEDED = "succeeded"
    PARTLY = "partly"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Schedule(Numbered, Base):
    """Runs a query, or what a dashboard's tiles ask, as whoever made it.

    Each `every_minutes` from `starts_at` on, or by `cron` in a zone.
    """

    __tablename__ = "schedules"
    __table_args__ = (
        CheckConstraint("(every_minutes is null) <> (cron is null)", name="rule"),
        CheckConstraint("every_minutes > 0", name="every_minutes"),
        CheckConstraint("missed in ('run_once', 'skip')", name="missed"),
        CheckConstraint("(paused_at is null) = (paused_by is null)", name="paused"),
        CheckConstraint("ends_at > starts_at", name="ends_at"),
        CheckConstraint("deleted_at is null or next_due_at is null", name="deleted"),
        CheckConstraint("(query_id is null) <> (dashboard_id is null)", name="subject"),
        CheckConstraint("spread_s between 0 and tolerance_s", name="spread"),
        Index("ix_schedules_org_id_dashboard_id", "org_id", "dashboard_id"),
        Index("ix_schedules_org_id_query_id", "org_id", "query_id"),
        Index("ix_schedules_due", "next_due_at", postgresql_where=text("next_due_at is not null")),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    query_id: Mapped[int | None] = mapped_column(ForeignKey("queries.id"))
    dashboard_id: Mapped[int | None] = mapped_column(ForeignKey("dashboards.id"))
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
    tolerance_s: Mapped[int] = mapped_column(
        Integer, default=0, server_default="0", doc="how long after a due time it may start"
    )
    spread_s: Mapped[int] = mapped_column(
        Integer, default=0, server_default="0", doc="how long after each it does, see `spread`"
    )
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    next_due_at: Mapped[datetime | None] = mapped_column(doc="NULL: it is over, or deleted")
    deleted_at: Mapped[datetime | None]

    query: Mapped[Query | None] = relationship(lazy="raise")
    dashboard: Mapped[Dashboard | None] = relationship(lazy="raise")
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
        CheckConstraint("ended in ('succeeded', 'partly', 'failed', 'cancelled')", name="ended"),
        CheckConstraint("(ended is null) = (ended_at is null)", name="ended_at"),
        Index("ix_refreshes_run_id", "run_id"),
        Index(
            "ix_refreshes_open",
            "schedule_id",
            postgresql_where=text("ended is null and outcome in ('ran', 'joined', 'failed')"),
        ),
    )

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedules.id", ondelete="CASCADE"))
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime] = mapped_column(default=now)
    outcome: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text, doc="a sentence: why it did not run")
    run_id: Mapped[int | None] = mapped_column(
        ForeignKey("runs.id", ondelete="SET NULL"), doc="of a query; a dashboard's are its tiles'"
    )
    ended: Mapped[str | None] = mapped_column(Text, doc="written once, when the last run had ended")
    ended_at: Mapped[datetime | None]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="who said: run now")

    tiles: Mapped[list["RefreshTile"]] = relationship(order_by="RefreshTile.number", lazy="raise")


class RefreshTile(Base):
    """What came of one tile of a dashboard at one due time. Tiles that ask the same share a run."""

    __tablename__ = "refresh_tiles"
    __table_args__ = (
        CheckConstraint("outcome in ('ran', 'joined', 'failed')", name="outcome"),
        CheckConstraint("(outcome = 'failed') = (reason is not null)", name="reason"),
        CheckConstraint("run_id is null or outcome <> 'failed'", name="run"),
        Index("ix_refresh_tiles_run_id", "run_id"),
    )

    refresh_id: Mapped[int] = mapped_column(ForeignKey("refreshes.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text, doc="as it was called then")
    outcome: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"))
