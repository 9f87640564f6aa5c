"""What somebody has written and not saved yet."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Base, Numbered


class Draft(Numbered, Base):
    """One for each person and query, and one for a query that has no name yet. Only its writer sees it."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index("uq_drafts_user_id_query_id", "user_id", "query_id", unique=True),
        Index(
            "uq_drafts_unnamed", "user_id", "org_id", unique=True, postgresql_where=text("query_id is null")
        ),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    query_id: Mapped[int | None] = mapped_column(ForeignKey("queries.id", ondelete="CASCADE"))
    based_on: Mapped[int | None] = mapped_column(doc="number of the version that was edited")
    datasource_id: Mapped[int | None] = mapped_column(ForeignKey("datasources.id"))
    name: Mapped[str] = mapped_column(Text, default="")
    sql: Mapped[str] = mapped_column(Text)
    fields: Mapped[list[list[str]]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'"), doc="names and texts of the form's other fields"
    )
    saved_at: Mapped[datetime] = mapped_column(default=now)
