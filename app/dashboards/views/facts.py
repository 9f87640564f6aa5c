"""What can be asked about the openings of dashboards."""

from sqlalchemy import select

from app.accounts.models import User
from app.dashboards.models import Dashboard
from app.dashboards.views.models import DashboardView
from app.reporting.datasets import Dataset, Dimension, Measure, Projection
from app.reporting.words import Aggregate, Kind

DATASET = "dashboard_views"
_VIEW, _DASHBOARD, _USER = DashboardView.__table__.c, Dashboard.__table__.c, User.__table__.c

DASHBOARD_VIEWS = Dataset(
    name=DATASET,
    help="Openings of dashboards.",
    time="When the page was opened.",
    stored_as="dashboard_view_facts",
    dimensions=(
        Dimension(name="dashboard_id", kind=Kind.INTEGER, help="The dashboard's number."),
        Dimension(name="dashboard", kind=Kind.TEXT, help="The dashboard's name at that time.", short=True),
        Dimension(name="person_id", kind=Kind.INTEGER, help="Who opened it.", sensitive=True),
        Dimension(name="person", kind=Kind.TEXT, help="That person's name at that time.", sensitive=True),
        Dimension(name="on_wall", kind=Kind.BOOLEAN, help="Whether it was to hang on a wall.", short=True),
    ),
    measures=(
        Measure(name="view_count", aggregate=Aggregate.COUNT, help="How often a dashboard was opened."),
        Measure(
            name="person_count",
            aggregate=Aggregate.DISTINCT,
            of="person_id",
            help="How many different people opened it.",
        ),
    ),
    projection=Projection(
        select(
            _VIEW.dashboard_id,
            _DASHBOARD.name.label("dashboard"),
            _VIEW.user_id.label("person_id"),
            _USER.name.label("person"),
            _VIEW.on_wall,
        )
        .join_from(DashboardView.__table__, Dashboard.__table__, _DASHBOARD.id == _VIEW.dashboard_id)
        .join(User.__table__, _USER.id == _VIEW.user_id),
        key=_VIEW.id,
        org_id=_VIEW.org_id,
        occurred_at=_VIEW.viewed_at,
    ),
)
