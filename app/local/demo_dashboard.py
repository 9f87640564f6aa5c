"""The demo's dashboard: charts of its queries side by side, each with how old it may be."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.dashboards.check import TileBody
from app.dashboards.models import Dashboard
from app.dashboards.save import create_dashboard
from app.queries.models import Query
from app.visualizations.models import Visualization

NAME = "New York departures, 2013"
WORDS = """\
Every flight that left **Newark**, **Kennedy** and **LaGuardia** in 2013.

Change the dates above and press Apply: all tiles follow. A badge tells how fresh its tile is;
press it to see why.
"""
HOUR, DAY = 3_600_000, 86_400_000
# Query, chart, x, y, w, h, how old it may be.
CHARTS = (
    ("On-time share", "On time", 0, 1, 3, 4, HOUR),
    ("When planes leave late", "Flights by hour", 3, 1, 6, 4, DAY),
    ("On-time share", "By airport", 0, 5, 5, 5, HOUR),
    ("Departures and delay by day", "Average delay, minutes", 5, 5, 7, 5, HOUR),
    ("Delay by airline", "Flights by airline", 0, 11, 4, 5, DAY),
    ("Delay by airline", "Average delay, minutes", 4, 11, 8, 5, DAY),
    ("When planes leave late", "Delay by weekday and hour, minutes", 0, 16, 7, 5, DAY),
    ("Departures and delay by day", "Departures", 7, 16, 5, 5, None),
)


def save_dashboard(session: Session, actor: Actor) -> bool:
    """Make it; False when one of that name is there. A chart that somebody deleted is left out."""
    there = select(Dashboard.id).where(
        Dashboard.org_id == actor.org_id, Dashboard.name == NAME, Dashboard.archived_at.is_(None)
    )
    if session.scalar(there.limit(1)) is not None:
        return False
    tiles = [
        TileBody(kind="section", x=0, y=0, w=12, h=1, text="On time"),
        TileBody(kind="text", x=9, y=1, w=3, h=4, text=WORDS),
        TileBody(kind="section", x=0, y=10, w=12, h=1, text="Who and when"),
    ]
    for query, chart, x, y, w, h, age in CHARTS:
        if (found := find_chart(session, actor, query, chart)) is not None:
            tiles.append(
                TileBody(kind="visualization", x=x, y=y, w=w, h=h, visualization_id=found, max_stale_ms=age)
            )
    about = "How late planes leave, and whose."
    create_dashboard(session, actor, name=NAME, description=about, tiles=tiles)
    return True


def find_chart(session: Session, actor: Actor, query: str, name: str) -> int | None:
    """The number of a query's chart by both names; None when it is gone."""
    return session.scalar(
        select(Visualization.id)
        .join(Query, Query.id == Visualization.query_id)
        .where(Query.org_id == actor.org_id, Query.name == query, Query.archived_at.is_(None))
        .where(Visualization.name == name)
        .order_by(Visualization.id)
        .limit(1)
    )
