"""What is still to be made into facts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Base, Numbered


class OutboxRow(Numbered, Base):
    """A source changed: left in the transaction of the change, deleted once its fact is as the source is.

    It holds no copy: whoever projects reads the source as it is by then.
    """

    __tablename__ = "report_outbox"
    __table_args__ = (CheckConstraint("(claimed_at is null) = (claimed_by is null)", name="claimed"),)

    org_id: Mapped[int]
    dataset: Mapped[str] = mapped_column(Text)
    source_key: Mapped[str] = mapped_column(Text)
    left_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    try_at: Mapped[datetime] = mapped_column(server_default=func.now())
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text, doc="of the last try; names a kind of error, no value")


class BackfillState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Backfill(Numbered, Base):
    """Facts made again from their sources, of one dataset and a span of time, in steps from `reached` on.

    `missing_only` leaves facts alone that are there already: it is how a repair finds what was missed.
    """

    __tablename__ = "report_backfills"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'done', 'failed')", name="state"),
        CheckConstraint("(state = 'waiting') = (finished_at is null)", name="finished"),
        CheckConstraint("since < until", name="span"),
    )

    dataset: Mapped[str] = mapped_column(Text)
    org_id: Mapped[int | None] = mapped_column(ForeignKey("orgs.id"), doc="NULL: every organisation")
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    missing_only: Mapped[bool] = mapped_column(default=False, server_default="false")
    state: Mapped[str] = mapped_column(Text, default=BackfillState.WAITING)
    reached: Mapped[int] = mapped_column(default=0, server_default="0", doc="the last source's number")
    written: Mapped[int] = mapped_column(default=0, server_default="0", doc="facts so far")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(default=now, server_default=func.now())
    moved_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
