"""The stored reports: a run's evidence outlives its result."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Base


class Kept:
    """A stored report. `run_id` is a plain number: what evidence is about stands on a higher floor."""

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text, doc="canonical JSON, the very bytes that body_hash is of")
    body_hash: Mapped[str] = mapped_column(Text)
    generated_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[str] = mapped_column(Text, doc="of Plumbline")
    diagnostics: Mapped[str] = mapped_column(
        Text, default="", doc="words for people, no part of the identity"
    )


class EvidenceReport(Kept, Base):
    """One run's report."""

    __tablename__ = "evidence_reports"
    __table_args__ = (CheckConstraint("body_hash ~ '^sha256:[0-9a-f]{64}$'", name="body_hash"),)
