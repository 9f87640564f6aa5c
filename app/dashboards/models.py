"""A page of tiles; each save is a version with tiles of its own."""

from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base
from app.saved.models import Favourite, Saved, SavedVersion, Sort, Tagging
from app.visualizations.models import Visualization

COLUMNS = 12


class TileKind(StrEnum):
    """What stands on a tile: a drawn result, a report's answer, Markdown, or the head of what follows."""

    VISUALIZATION = "visualization"
    REPORT = "report"
    TEXT = "text"
    SECTION = "section"


DRAWN = frozenset({TileKind.VISUALIZATION, TileKind.REPORT})
"""Those that show a result, which has an age."""


class BindingKind(StrEnum):
    """Where a tile's parameter gets its value: from the dashboard's bar, its own fields, or once for all."""

    SHARED = "shared"
    OWN = "own"
    FIXED = "fixed"


class Dashboard(Saved, Base):
    """A name; its tiles are those of its newest version."""

    __tablename__ = "dashboards"
    __table_args__ = (
        Index("ix_dashboards_org_id_changed_at", "org_id", "changed_at"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("refresh_s between 10 and 86400", name="refresh_s"),
    )

    refresh_s: Mapped[int | None] = mapped_column(Integer, doc="refreshes by itself so often; none: by hand")


class DashboardVersion(SavedVersion, Base):
    """The tiles that a save left."""

    __tablename__ = "dashboard_versions"
    __table_args__ = (UniqueConstraint("dashboard_id", "number"),)

    dashboard_id: Mapped[int] = mapped_column(ForeignKey("dashboards.id"))
    tiles: Mapped[list["Tile"]] = relationship(
        order_by="(Tile.y, Tile.x, Tile.number)", cascade="all, delete-orphan", lazy="raise"
    )


class Tile(Base):
    """A rectangle on twelve columns; its number stays the same from version to version.

    A visualization or a report that was deleted leaves its tiles behind without one. `max_stale_ms` is how
    old a shown result may be: none is as stored, 0 is always run.
    """

    __tablename__ = "tiles"
    __table_args__ = (
        CheckConstraint("kind in ('visualization', 'report', 'text', 'section')", name="kind"),
        CheckConstraint("kind = 'visualization' or visualization_id is null", name="visualization"),
        CheckConstraint("kind = 'report' or report_id is null", name="report"),
        CheckConstraint("(kind in ('visualization', 'report')) = (text is null)", name="text"),
        CheckConstraint("x >= 0 and w >= 1 and x + w <= 12 and y >= 0 and h >= 1", name="place"),
        CheckConstraint("max_stale_ms >= 0", name="max_stale_ms"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("dashboard_versions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text)
    x: Mapped[int] = mapped_column(SmallInteger)
    y: Mapped[int] = mapped_column(SmallInteger)
    w: Mapped[int] = mapped_column(SmallInteger)
    h: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(
        Text, default="", doc="instead of the visualization's or report's name"
    )
    text: Mapped[str | None] = mapped_column(Text, doc="Markdown, or the words of a section")
    visualization_id: Mapped[int | None] = mapped_column(
        ForeignKey("visualizations.id", ondelete="SET NULL"), index=True
    )
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id", ondelete="SET NULL"), index=True)
    max_stale_ms: Mapped[int | None]

    visualization: Mapped[Visualization | None] = relationship(lazy="raise")
    bindings: Mapped[list["TileBinding"]] = relationship(
        order_by="TileBinding.parameter", cascade="all, delete-orphan", lazy="raise"
    )

    @property
    def is_drawn(self) -> bool:
        return self.kind in DRAWN


class TileBinding(Base):
    """Where one parameter of a tile's query gets its value.

    `name` is the dashboard's name of a shared one. `value` is JSON as `/v1/runs` takes it: the fixed one, or
    what stands in a tile's own fields at first.
    """

    __tablename__ = "tile_bindings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "tile_number"], ["tiles.version_id", "tiles.number"], ondelete="CASCADE"
        ),
        CheckConstraint("kind in ('shared', 'own', 'fixed')", name="kind"),
        CheckConstraint("(kind = 'shared') = (name is not null)", name="name"),
        CheckConstraint(
            "case kind when 'shared' then value is null when 'fixed' then value is not null else true end",
            name="value",
        ),
    )

    version_id: Mapped[int] = mapped_column(primary_key=True)
    tile_number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    parameter: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)


class DashboardTag(Tagging, Base):
    __tablename__ = "dashboard_tags"
    of = "dashboard_id", "dashboards.id"


class DashboardFavourite(Favourite, Base):
    __tablename__ = "dashboard_favourites"
    of = "dashboard_id", "dashboards.id"


DASHBOARDS = Sort(Dashboard, DashboardVersion, DashboardTag, DashboardFavourite)
