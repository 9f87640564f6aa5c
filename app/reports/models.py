"""Saved reports: a question in words with a name, and the answers it was given."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.core.db import Base, Numbered
from app.saved.models import Favourite, Saved, SavedVersion, Sort, Tagging


class Report(Saved, Base):
    """A question with a name; what it asks stands in its newest version."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_org_id_changed_at", "org_id", "changed_at"),
        CheckConstraint("name <> ''", name="name"),
    )


class ReportVersion(SavedVersion, Base):
    """What a save left. `question` is only ever read by the model that checked it."""

    __tablename__ = "report_versions"
    __table_args__ = (
        UniqueConstraint("report_id", "number"),
        CheckConstraint("chart in ('none', 'line', 'area', 'bar')", name="chart"),
    )

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    dataset: Mapped[str] = mapped_column(Text)
    period: Mapped[str] = mapped_column(Text, doc="in words, read when it is asked; or two days")
    question: Mapped[dict[str, Any]] = mapped_column(JSONB)
    chart: Mapped[str] = mapped_column(Text)


class ReportTag(Tagging, Base):
    __tablename__ = "report_tags"
    of = "report_id", "reports.id"


class ReportFavourite(Favourite, Base):
    __tablename__ = "report_favourites"
    of = "report_id", "reports.id"


REPORTS = Sort(Report, ReportVersion, ReportTag, ReportFavourite)


class ReportAnswer(Numbered, Base):
    """What a version was answered, with its evidence. Its rows are forgotten after a while."""

    __tablename__ = "report_answers"
    __table_args__ = (
        Index("ix_report_answers_version_id_id", "version_id", "id"),
        Index("ix_report_answers_asked_at", "asked_at"),
        CheckConstraint("body_hash ~ '^sha256:[0-9a-f]{64}$'", name="body_hash"),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("report_versions.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    took_ms: Mapped[int] = mapped_column(Integer)
    range_from: Mapped[datetime]
    range_to: Mapped[datetime]
    as_of: Mapped[datetime | None] = mapped_column(doc="facts known before are in it; NULL: unknown")
    row_count: Mapped[int] = mapped_column(Integer)
    data: Mapped[bytes | None] = mapped_column(LargeBinary, doc="columns and rows: JSON, zstandard")
    body: Mapped[str] = mapped_column(Text, doc="of the evidence: canonical JSON, what body_hash is of")
    body_hash: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(Text, doc="version of Plumbline")

    version: Mapped[ReportVersion] = relationship(lazy="raise")


class ReportFailure(Base):
    """A version that was asked in vain: since when, how often and why. Its next answer ends it."""

    __tablename__ = "report_failures"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("report_versions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    since: Mapped[datetime]
    last_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(Integer)
    message: Mapped[str] = mapped_column(Text)
