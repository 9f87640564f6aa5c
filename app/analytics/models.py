"""Raw events, and the read-optimised snapshots that recompute runs make of them. Days and weeks are UTC's."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.clock import now
from app.core.db import Base, Numbered
from app.evidence.models import Kept


class Window(StrEnum):
    """How wide a bucket is; a week begins on Monday."""

    DAY = "day"
    WEEK = "week"


class RecomputeState(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"

    @property
    def settled(self) -> bool:
        return self in (RecomputeState.COMPLETED, RecomputeState.FAILED)


ACTIVE = (RecomputeState.PENDING, RecomputeState.RUNNING)


class EventSource(Numbered, Base):
    """Where events come from."""

    __tablename__ = "event_sources"
    __table_args__ = (UniqueConstraint("org_id", "slug"),)

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    slug: Mapped[str] = mapped_column(Text)
    provider_name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool] = mapped_column(default=True, doc="whether it may send")
    created_at: Mapped[datetime] = mapped_column(default=now)


class AnalyticsEvent(Numbered, Base):
    """One thing that happened, as its source told it. `external_ref` is the source's own name for it."""

    __tablename__ = "analytics_events"
    __table_args__ = (
        UniqueConstraint("source_id", "external_ref"),
        Index("ix_analytics_events_org_id_occurred_at", "org_id", "occurred_at"),
        Index("ix_analytics_events_received_at", "received_at", postgresql_using="brin"),
        CheckConstraint("processing_ms >= 0", name="processing_ms"),
    )

    org_id: Mapped[int] = mapped_column(doc="its source's: one foreign key less to check at each event")
    source_id: Mapped[int] = mapped_column(ForeignKey("event_sources.id"))
    external_ref: Mapped[str] = mapped_column(Text)
    entity_id: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    processing_ms: Mapped[int | None] = mapped_column(Integer)
    amount_cents: Mapped[int | None]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=now)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class ReportDefinition(Numbered, Base):
    """A report over snapshots, in an org. `version` counts the changes of its snapshots.

    Their sums are good while `summed_version` is the same.
    """

    __tablename__ = "report_definitions"
    __table_args__ = (
        UniqueConstraint("org_id", "slug"),
        CheckConstraint("cache_ttl_seconds > 0", name="cache_ttl_seconds"),
        CheckConstraint("default_window in ('day', 'week')", name="default_window"),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    slug: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    cache_ttl_seconds: Mapped[int] = mapped_column(Integer)
    default_window: Mapped[str] = mapped_column(Text)
    supported_filters: Mapped[list[str]] = mapped_column(ARRAY(Text))
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    summed_version: Mapped[int | None]


class AggregateWindow(Numbered, Base):
    """How an org's buckets of one width are kept: for how long, and how often the open ones are refreshed."""

    __tablename__ = "aggregate_windows"
    __table_args__ = (
        UniqueConstraint("org_id", "window"),
        CheckConstraint("\"window\" in ('day', 'week')", name="window"),
        CheckConstraint("retention_days > 0", name="retention_days"),
        CheckConstraint("refresh_interval_minutes > 0", name="refresh_interval_minutes"),
        Index("uq_aggregate_windows_default", "org_id", unique=True, postgresql_where=text("is_default")),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    window: Mapped[str] = mapped_column(Text)
    retention_days: Mapped[int] = mapped_column(Integer)
    refresh_interval_minutes: Mapped[int] = mapped_column(Integer)
    is_default: Mapped[bool]
    refreshed_at: Mapped[datetime | None] = mapped_column(
        doc="when its snapshots were last brought up to date; buckets that were over by then are closed"
    )
    tried_at: Mapped[datetime | None] = mapped_column(doc="when that was last begun")


class RecomputeRun(Numbered, Base):
    """One rebuilding of the buckets of a report and window from `date_from` to `date_to`, both included."""

    __tablename__ = "recompute_runs"
    __table_args__ = (
        CheckConstraint("\"window\" in ('day', 'week')", name="window"),
        CheckConstraint("date_from <= date_to", name="dates"),
        CheckConstraint("trigger in ('person', 'api', 'interval', 'seed')", name="trigger"),
        CheckConstraint("state in ('pending', 'running', 'completed', 'failed')", name="state"),
        CheckConstraint(
            "case state when 'pending' then started_at is null when 'failed' then true"
            " else started_at is not null end",
            name="started_at",
        ),
        CheckConstraint("(state in ('completed', 'failed')) = (finished_at is not null)", name="finished_at"),
        CheckConstraint("(state = 'completed') = (summary is not null)", name="summary"),
        CheckConstraint("(state = 'failed') = (error_message is not null)", name="error_message"),
        Index("ix_recompute_runs_org_id_id", "org_id", "id"),
        Index(
            "ix_recompute_runs_active",
            "report_id",
            "window",
            postgresql_where=text("state in ('pending', 'running')"),
        ),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("report_definitions.id"))
    window: Mapped[str] = mapped_column(Text)
    date_from: Mapped[date]
    date_to: Mapped[date]
    trigger: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=RecomputeState.PENDING)
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="NULL: its interval")
    requested_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(Text, doc="host:process")
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    error_message: Mapped[str | None] = mapped_column(Text)

    report: Mapped[ReportDefinition] = relationship(lazy="raise")
    requester: Mapped[User | None] = relationship(lazy="raise")


class MetricSnapshot(Base):
    """One number of one bucket, and the run that made it.

    `bucket_start` is the bucket's first moment; the dimension `total` has the empty value. A recompute
    changes a snapshot in its place, for which its page has room. A run is never deleted.
    """

    __tablename__ = "metric_snapshots"
    __table_args__ = {"postgresql_with": {"fillfactor": 50}}  # noqa: RUF012

    report_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="its run's")
    window: Mapped[str] = mapped_column(Text, primary_key=True)
    dimension_key: Mapped[str] = mapped_column(Text, primary_key=True)
    metric_name: Mapped[str] = mapped_column(Text, primary_key=True)
    bucket_start: Mapped[datetime] = mapped_column(primary_key=True)
    dimension_value: Mapped[str] = mapped_column(Text, primary_key=True)
    metric_value: Mapped[int]
    org_id: Mapped[int] = mapped_column(doc="its run's")
    run_id: Mapped[int] = mapped_column(doc="no foreign key: hundreds of thousands are written for one run")


class SnapshotSum(Base):
    """What `width` buckets from `span_start` on add up to, and the newest run that made one of them."""

    __tablename__ = "snapshot_sums"

    report_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    window: Mapped[str] = mapped_column(Text, primary_key=True)
    width: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    dimension_key: Mapped[str] = mapped_column(Text, primary_key=True)
    metric_name: Mapped[str] = mapped_column(Text, primary_key=True)
    span_start: Mapped[datetime] = mapped_column(primary_key=True)
    dimension_value: Mapped[str] = mapped_column(Text, primary_key=True)
    metric_value: Mapped[int]
    run_id: Mapped[int]


class RecomputeChange(Base):
    """One number that a recompute run changed. NULL: it was not there before, or is not any more."""

    __tablename__ = "recompute_changes"

    run_id: Mapped[int] = mapped_column(
        ForeignKey("recompute_runs.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    bucket_start: Mapped[datetime]
    dimension_key: Mapped[str] = mapped_column(Text)
    dimension_value: Mapped[str] = mapped_column(Text)
    metric_name: Mapped[str] = mapped_column(Text)
    before: Mapped[int | None]
    after: Mapped[int | None]


class RecomputeEvidence(Kept, Base):
    """The evidence report of a settled recompute run."""

    __tablename__ = "recompute_evidence"
    __table_args__ = (CheckConstraint("body_hash ~ '^sha256:[0-9a-f]{64}$'", name="body_hash"),)
