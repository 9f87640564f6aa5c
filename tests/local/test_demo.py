"""The demo over the real data: what is saved, and that every query of it runs."""

from unittest.mock import Mock

import pytest
from sqlalchemy import func, select

from app.accounts.allow import Actor
from app.core import db
from app.dashboards.find import dashboards
from app.datasources.fetch import live_datasources
from app.local.demo import NAME, load_demo
from app.local.demo_dashboard import CHARTS
from app.local.demo_dashboard import NAME as DASHBOARD
from app.local.demo_queries import QUERIES
from app.queries.models import Query
from app.runs.models import ResultColumn, RunState
from app.saved.find import Wanted
from app.visualizations.check import check
from app.visualizations.models import Visualization
from tests.makers import run_now

COLUMNS = {
    "Departures and delay by day": ["day", "origin", "departures", "average_delay"],
    "Delay by airline": ["airline", "flights", "average_delay"],
    "When planes leave late": ["weekday", "hour", "flights", "average_delay"],
    "On-time share": ["airport", "flights", "on_time", "percent"],
}


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """What would load them."""
    loads = Mock()
    monkeypatch.setattr("app.local.demo.load_events", loads)
    return loads


@pytest.fixture
def demo(dana: Actor, events: Mock, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Without events, Trad and ohub, which have tests of their own."""
    monkeypatch.setattr("app.local.demo.PACKS", ())
    load_demo(print)
    return dana


def test_it_is_an_ordinary_datasource_with_queries_and_charts(demo: Actor) -> None:
    with db.new_session() as session:
        assert [item.name for item in live_datasources(session, demo)] == [NAME]
        assert set(session.scalars(select(Query.name))) == set(COLUMNS)
        kinds = set(session.scalars(select(Visualization.kind)))
    assert kinds == {"line", "area", "bar", "pie", "scatter", "heatmap", "stat", "table"}


def test_its_dashboard_has_every_chart_that_it_names(demo: Actor) -> None:
    with db.new_session() as session:
        board = session.execute(dashboards(demo, Wanted())).all()
    assert [(row.name, row.tile_count) for row in board] == [(DASHBOARD, len(CHARTS) + 3)]


def test_loading_it_again_adds_nothing(demo: Actor, events: Mock) -> None:
    load_demo(print)
    assert events.call_count == 2
    with db.new_session() as session:
        assert session.scalar(select(func.count(Query.id))) == len(QUERIES)
        assert len(session.execute(dashboards(demo, Wanted())).all()) == 1
        assert session.scalar(select(func.count(Visualization.id))) == sum(len(q.charts) for q in QUERIES)


@pytest.mark.parametrize("name", list(COLUMNS))
def test_every_query_runs_with_its_defaults_and_has_the_columns_of_its_charts(demo: Actor, name: str) -> None:
    saved = next(query for query in QUERIES if query.name == name)
    given = {
        item.name: {
            "kind": item.kind,
            "value": {"start": item.default, "end": item.default_end} if item.kind.is_range else item.default,
        }
        for item in saved.parameters
    }
    with db.new_session() as session:
        datasource = live_datasources(session, demo)[0]
    run = run_now(demo, datasource, saved.sql, given)
    assert run.state == RunState.SUCCEEDED
    with db.new_session() as session:
        columns = session.scalars(
            select(ResultColumn).where(ResultColumn.run_id == run.id).order_by(ResultColumn.position)
        ).all()
    assert [column.name for column in columns] == COLUMNS[name]
    for chart in saved.charts:
        stored = check(chart.name, chart.kind, chart.options, columns)
        assert chart.options.keys() <= stored.keys()
