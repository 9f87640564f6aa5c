"""One way to see a query's result."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.core.db import Base, Numbered
from app.queries.models import Query


class Visualization(Numbered, Base):
    """A kind and its options. Options are the one JSON column: read and written whole, never joined on."""

    __tablename__ = "visualizations"
    __table_args__ = (CheckConstraint("name <> ''", name="name"),)

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    query_id: Mapped[int] = mapped_column(ForeignKey("queries.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    query: Mapped[Query] = relationship(lazy="raise")
