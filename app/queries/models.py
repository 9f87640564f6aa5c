"""Saved SQL with typed parameters; each save is a version."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base
from app.datasources.models import Datasource
from app.queries.watermark import Watermark
from app.saved.models import Favourite, Saved, SavedVersion, Sort, Tagging


class Query(Saved, Base):
    """A question with a name. Its text and parameters are those of its newest version."""

    __tablename__ = "queries"
    __table_args__ = (
        Index("ix_queries_org_id_changed_at", "org_id", "changed_at"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("result_days > 0", name="result_days"),
    )

    result_days: Mapped[int | None] = mapped_column(Integer, doc="instead of the org's")

    versions: Mapped[list["QueryVersion"]] = relationship(
        back_populates="query", order_by="QueryVersion.number.desc()", lazy="raise"
    )


class QueryVersion(SavedVersion, Base):
    """The text that a save left, and how it is run."""

    __tablename__ = "query_versions"
    __table_args__ = (
        UniqueConstraint("query_id", "number"),
        CheckConstraint("watermark_column is null or watermark_sql is null", name="watermark"),
    )

    query_id: Mapped[int] = mapped_column(ForeignKey("queries.id"))
    datasource_id: Mapped[int] = mapped_column(ForeignKey("datasources.id"), index=True)
    sql: Mapped[str] = mapped_column(Text)
    watermark_column: Mapped[str | None] = mapped_column(Text)
    watermark_sql: Mapped[str | None] = mapped_column(Text)
    time_zone: Mapped[str | None] = mapped_column(Text, doc="of words such as today; none: the org's")

    query: Mapped[Query] = relationship(back_populates="versions")
    datasource: Mapped[Datasource] = relationship()
    parameters: Mapped[list["Parameter"]] = relationship(
        back_populates="version", order_by="Parameter.position", cascade="all, delete-orphan"
    )

    @property
    def watermark(self) -> Watermark:
        return Watermark(self.watermark_column, self.watermark_sql)


class Parameter(Base):
    """A placeholder as `Declared` describes it. Choices are two lists of equal length."""

    __tablename__ = "parameters"
    __table_args__ = (
        CheckConstraint(
            "kind in ('text', 'integer', 'decimal', 'boolean', 'date', 'timestamp', 'date_range',"
            " 'timestamp_range', 'choice', 'choices')",
            name="kind",
        ),
        CheckConstraint("cardinality(choice_values) = cardinality(choice_labels)", name="choices"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("query_versions.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(Text)
    default: Mapped[str | None] = mapped_column(Text)
    default_end: Mapped[str | None] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text, default="", server_default="")
    required: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    pattern: Mapped[str | None] = mapped_column(Text)
    choice_type: Mapped[str] = mapped_column(Text, default="text", server_default="text")
    choice_values: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    choice_labels: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    choices_from: Mapped[int | None] = mapped_column(ForeignKey("queries.id"))

    version: Mapped[QueryVersion] = relationship(back_populates="parameters")


class QueryTag(Tagging, Base):
    __tablename__ = "query_tags"
    of = "query_id", "queries.id"


class QueryFavourite(Favourite, Base):
    __tablename__ = "query_favourites"
    of = "query_id", "queries.id"


QUERIES = Sort(Query, QueryVersion, QueryTag, QueryFavourite)
