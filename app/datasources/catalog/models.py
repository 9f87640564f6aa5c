"""What a datasource held when it was last read: schemas, relations, columns."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Base


class CatalogState(StrEnum):
    """waiting -> reading -> ready | failed, and waiting again. A failed reading keeps what was there."""

    WAITING = "waiting"
    READING = "reading"
    READY = "ready"
    FAILED = "failed"

    @property
    def moving(self) -> bool:
        return self in (CatalogState.WAITING, CatalogState.READING)


class Catalog(Base):
    """How the reading of one datasource stands, and when it last went well."""

    __tablename__ = "catalogs"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'reading', 'ready', 'failed')", name="state"),
        CheckConstraint("(state = 'failed') = (error is not null)", name="error"),
        CheckConstraint("state <> 'ready' or refreshed_at is not null", name="refreshed"),
    )

    datasource_id: Mapped[int] = mapped_column(
        ForeignKey("datasources.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[str] = mapped_column(Text, default=CatalogState.WAITING)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    refreshed_at: Mapped[datetime | None]
    relation_count: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(Text)


class CatalogSchema(Base):
    """A schema with something readable in it."""

    __tablename__ = "catalog_schemas"

    datasource_id: Mapped[int] = mapped_column(
        ForeignKey("catalogs.datasource_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    relation_count: Mapped[int] = mapped_column(Integer)


class CatalogRelation(Base):
    """A table or the like, numbered by schema and name. `folded` is its name in lower case, for searching."""

    __tablename__ = "catalog_relations"
    __table_args__ = (
        Index("ix_catalog_relations_folded", "datasource_id", "folded"),
        Index("ix_catalog_relations_schema", "datasource_id", "schema", "number"),
    )

    datasource_id: Mapped[int] = mapped_column(
        ForeignKey("catalogs.datasource_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    schema: Mapped[str] = mapped_column(Text(collation="C"))
    name: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text(collation="C"))
    kind: Mapped[str] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)
    row_estimate: Mapped[int | None]


class CatalogColumn(Base):
    """A column of the relation with that number. No foreign key: to check a million of them costs seconds,
    and both are only ever written, and replaced, together."""

    __tablename__ = "catalog_columns"
    __table_args__ = (Index("ix_catalog_columns_folded", "datasource_id", "folded"),)

    datasource_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    relation: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    folded: Mapped[str | None] = mapped_column(Text(collation="C"), doc="as a relation's")
    type: Mapped[str] = mapped_column(Text)
    nullable: Mapped[bool]
    comment: Mapped[str | None] = mapped_column(Text)
