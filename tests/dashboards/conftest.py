from typing import Any

import pytest

from app.accounts.allow import Actor
from app.core import db
from app.dashboards.check import TileBody
from app.dashboards.save import create_dashboard
from app.datasources.models import Datasource
from app.queries.models import Query
from app.queries.parameters import Declared, ParameterKind
from app.visualizations.create import create_visualization
from tests.makers import make_datasource, make_query

SQL = "select date '2013-01-01' + n::int as day, n as flights from generate_series(1, {{ days }}) n"
LINE = {"x": "day", "y": ["flights"]}


@pytest.fixture
def source(dana: Actor, connection_fields: dict[str, Any]) -> Datasource:
    """Acme's datasource, over a real server."""
    return make_datasource(dana, connection_fields)


@pytest.fixture
def query(alice: Actor, source: Datasource) -> Query:
    return make_query(alice, source, SQL, "Flights a day", (Declared("days", ParameterKind.INTEGER, "3"),))


@pytest.fixture
def chart(alice: Actor, query: Query) -> int:
    """Number of a line over the query."""
    return make_chart(alice, query)


@pytest.fixture
def dashboard(alice: Actor, chart: int) -> int:
    """Number of a dashboard: tile 1 the chart, at most 15 minutes old, tile 2 a text, tile 3 a section."""
    return make_dashboard(
        alice,
        drawn(chart),
        {"kind": "text", "x": 6, "y": 0, "w": 6, "h": 5, "text": "**Bold** <script>alert(1)</script>"},
        {"kind": "section", "x": 0, "y": 5, "w": 12, "h": 1, "text": "Details"},
    )


def make_chart(actor: Actor, query: Query, kind: str = "line", options: dict[str, Any] = LINE) -> int:
    with db.transaction() as session:
        return create_visualization(session, actor, query, name="By day", kind=kind, options=options).id


def drawn(chart: int, y: int = 0, **fields: Any) -> dict[str, Any]:
    """A tile with this visualization, as it is sent."""
    usual = {"kind": "visualization", "x": 0, "y": y, "w": 6, "h": 5, "max_stale_ms": 900_000}
    return usual | {"visualization_id": chart} | fields


def make_dashboard(actor: Actor, *tiles: dict[str, Any], name: str = "Operations") -> int:
    with db.transaction() as session:
        bodies = [TileBody.model_validate(tile) for tile in tiles]
        return create_dashboard(session, actor, name=name, tiles=bodies).id
