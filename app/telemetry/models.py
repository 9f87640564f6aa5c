"""What the software did: series of measured values, their totals, and events."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Float, Index, Text, desc, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Base


class MetricSeries(Base):
    """What a value is about. `id` follows from org, category, name, target and tags (`series.py`).

    `org_id` is NULL for what belongs to the installation. No foreign keys: telemetry outlives what it names.
    """

    __tablename__ = "metric_series"
    __table_args__ = (
        Index("ix_metric_series_name_target", "name", "target"),
        Index("ix_metric_series_target", "target"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    org_id: Mapped[int | None]
    category: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    tags: Mapped[dict[str, str]] = mapped_column(JSONB)
    description: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime] = mapped_column(default=now, doc="when a process last named it, to the minutes")


class MetricValue(Base):
    """One measured value; a partition for each day (UTC). The database has no key: nothing refers to one."""

    __tablename__ = "metric_values"
    __table_args__ = (
        Index("ix_metric_values_series_id_time", "series_id", desc("time")),
        Index("ix_metric_values_time", "time"),
        {"postgresql_partition_by": "range (time)"},
    )
    __mapper_args__ = {"primary_key": ["series_id", "time"]}  # noqa: RUF012

    series_id: Mapped[int]
    time: Mapped[datetime]
    value: Mapped[float] = mapped_column(Float(53))
    unit: Mapped[str] = mapped_column(Text)
    success: Mapped[bool]
    duration_ms: Mapped[float | None] = mapped_column(Float(53))
    tags: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class MetricTotal(Base):
    """Since the beginning: how many values of a series were at most `le` (and above the next lower one).

    A counter has the one row of infinity, whose `sum` is what was counted.
    """

    __tablename__ = "metric_totals"

    series_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    le: Mapped[float] = mapped_column(Float(53), primary_key=True)
    count: Mapped[int]
    sum: Mapped[float] = mapped_column(Float(53))


class TelemetryEvent(Base):
    """Something that happened; a partition for each day (UTC)."""

    __tablename__ = "telemetry_events"
    __table_args__ = (
        CheckConstraint("severity in ('debug', 'info', 'warning', 'error', 'critical')", name="severity"),
        Index("ix_telemetry_events_time", "time"),
        Index("ix_telemetry_events_source_time", "source", "time"),
        {"postgresql_partition_by": "range (time)"},
    )
    __mapper_args__ = {"primary_key": ["time", "source"]}  # noqa: RUF012

    time: Mapped[datetime]
    org_id: Mapped[int | None]
    source: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
