"""Write down that somebody opened a dashboard."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.dashboards.models import Dashboard
from app.dashboards.views.facts import DATASET
from app.reporting.outbox import leave_sql

# One statement, and its commit does not wait for the disk: a crash of Postgres may forget the last views.
VIEWED = text(
    f"""
    with quickly as (
        select set_config('synchronous_commit', 'off', true)
    ), viewed as (
        insert into dashboard_views (org_id, dashboard_id, user_id, viewed_at, on_wall)
        select :org_id, :dashboard_id, :user_id, :moment, :on_wall from quickly
        returning id, org_id
    )
    {leave_sql(DATASET, "viewed")}
    """
)


def record_view(session: Session, actor: Actor, dashboard: Dashboard, *, on_wall: bool) -> None:
    """Each opening of the page counts, what the page asks for afterwards does not."""
    seen = {"org_id": actor.org_id, "dashboard_id": dashboard.id, "user_id": actor.user_id}
    session.execute(VIEWED, {**seen, "moment": now(), "on_wall": on_wall})
