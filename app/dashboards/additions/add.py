"""Putting a chart or a report on a dashboard from where it is looked at."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.dashboards.check import TileBody
from app.dashboards.find import find_dashboard, newest_version
from app.dashboards.layout import below, size_of
from app.dashboards.models import Dashboard
from app.dashboards.save import as_sent, create_dashboard, save_version
from app.reports.models import ReportVersion
from app.visualizations.models import Visualization

USUAL_TARGET_MS = 900_000


def tile_of_chart(visualization: Visualization) -> TileBody:
    width, height = size_of(visualization.kind)
    return TileBody(
        kind="visualization",
        x=0,
        y=0,
        w=width,
        h=height,
        visualization_id=visualization.id,
        max_stale_ms=USUAL_TARGET_MS,
    )


def tile_of_report(version: ReportVersion) -> TileBody:
    width, height = size_of(version.chart)
    return TileBody(
        kind="report",
        x=0,
        y=0,
        w=width,
        h=height,
        report_id=version.report_id,
        max_stale_ms=USUAL_TARGET_MS,
    )


def add_to_dashboard(
    session: Session, actor: Actor, tile: TileBody, dashboard_id: int | None, name: str
) -> Dashboard:
    """Below everything that is there, or on a new dashboard called `name`.

    Raises NotFound for a dashboard of strangers, Invalid at `name` or `tiles`.
    """
    if dashboard_id is None:
        return create_dashboard(session, actor, name=name, tiles=[tile])
    dashboard = find_dashboard(session, actor, dashboard_id, lock=True)
    kept = as_sent(newest_version(session, dashboard))
    tile.y = below(kept)
    save_version(
        session,
        actor,
        dashboard,
        name=dashboard.name,
        description=dashboard.description,
        tiles=[*kept, tile],
        based_on=dashboard.latest,
        refresh_s=dashboard.refresh_s,
    )
    return dashboard
