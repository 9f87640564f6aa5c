"""Who did what to what."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Base, Numbered


class AuditEntry(Numbered, Base):
    """One change. It holds names and plain ids, no foreign keys, so that it outlives what it names."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_org_id_id", "org_id", "id"),
        # For each way in which the log is narrowed.
        Index("ix_audit_entries_of_action", "org_id", "action", "id"),
        Index("ix_audit_entries_of_actor", "org_id", "actor_name", "id"),
        Index("ix_audit_entries_of_resource", "org_id", "resource_type", "resource_id", "id"),
    )

    org_id: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    resource_type: Mapped[str] = mapped_column(Text)
    resource_id: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
