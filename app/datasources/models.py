"""A place that SQL can be sent to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Base, Numbered


class Datasource(Numbered, Base):
    """A connection of one kind. `sealed_connection` is its fields as JSON, sealed by `core.vault`."""

    __tablename__ = "datasources"
    __table_args__ = (
        Index(
            "uq_datasources_live_name",
            "org_id",
            "name",
            unique=True,
            postgresql_where=text("archived_at is null"),
        ),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("slots between 1 and 1000", name="slots"),
        CheckConstraint(
            "(paused_at is null) = (paused_reason is null) and (paused_at is null) = (paused_by is null)",
            name="paused",
        ),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    sealed_connection: Mapped[bytes] = mapped_column(LargeBinary)
    connection_mark: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="tells this connection from another, since it was sealed under a new key"
    )
    slots: Mapped[int | None] = mapped_column(Integer, doc="runs at once; null: the installation's default")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    paused_reason: Mapped[str | None] = mapped_column(Text, doc="why new runs are refused")
