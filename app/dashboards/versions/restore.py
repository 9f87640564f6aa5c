"""A former version becomes the newest again, as a new one: nothing is ever taken back."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import Conflict
from app.dashboards.models import Dashboard, DashboardVersion
from app.dashboards.save import as_sent, save_version


def restore_version(
    session: Session, actor: Actor, dashboard: Dashboard, version: DashboardVersion
) -> DashboardVersion:
    """The dashboard's next version, with the tiles of this one; what has gone since is said on its tile.

    Name and description stay. Raises Conflict for the newest one.
    """
    if version.number == dashboard.latest:
        raise Conflict(f"Version {version.number} is the newest already.")
    return save_version(
        session,
        actor,
        dashboard,
        name=dashboard.name,
        description=dashboard.description,
        refresh_s=dashboard.refresh_s,
        tiles=as_sent(version),
        based_on=dashboard.latest,
        known=version.tiles,
    )
