"""Trad and ohub as people meet them: every query runs, every chart has its columns, both boards are whole."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import func, select

from app.accounts.allow import Actor
from app.core import db, runtime
from app.dashboards.models import Dashboard, Tile
from app.datasources.fetch import live_datasources, stored_connection
from app.local.demo_database import Place, ensure_data
from app.local.ops import load
from app.local.ops.offer import PACKS, load_pack
from app.queries.models import Query, QueryVersion
from app.runs.models import ResultColumn, Run, RunState
from app.schedules.models import Schedule
from app.visualizations.check import check
from app.visualizations.models import Visualization
from tests.makers import finish, read_run

QUERIES = sum(len(pack.queries) for pack in PACKS)


@pytest.fixture(scope="module")
def place(installed: object) -> Iterator[Place]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "BACK", timedelta(days=28))
        patch.setattr(load, "AHEAD", timedelta(days=14))
        patch.setattr(load, "LEAST_AHEAD", timedelta(days=0))
        yield ensure_data(runtime.settings().database_url, print)


@pytest.fixture
def packs(place: Place, dana: Actor) -> Actor:
    for pack in PACKS:
        load_pack(dana, pack, place, print)
    return dana


def test_every_query_has_rows_and_the_columns_of_its_charts(packs: Actor) -> None:
    with db.new_session() as session:
        runs = session.execute(
            select(Run.id, Query.name, Query.id)
            .join(QueryVersion, QueryVersion.id == Run.query_version_id)
            .join(Query, Query.id == QueryVersion.query_id)
        ).all()
        charts = session.scalars(select(Visualization)).all()
    assert len(runs) == QUERIES
    for run_id, name, query_id in runs:
        finish(run_id)
        run = read_run(run_id)
        assert run.state == RunState.SUCCEEDED, f"{name}: {run.failure_message}"
        with db.new_session() as session:
            columns = session.scalars(
                select(ResultColumn).where(ResultColumn.run_id == run_id).order_by(ResultColumn.position)
            ).all()
        assert run.row_count, f"{name} has no rows"
        for chart in charts:
            if chart.query_id == query_id:
                check(chart.name, chart.kind, chart.options, columns)
                named = {each["name"] for each in chart.options.get("columns", [])}
                assert named <= {column.name for column in columns}, chart.name


def test_loading_again_adds_nothing(packs: Actor, place: Place) -> None:
    for pack in PACKS:
        load_pack(packs, pack, place, print)
    with db.new_session() as session:
        assert session.scalar(select(func.count(Query.id))) == QUERIES
        assert session.scalar(select(func.count(Dashboard.id))) == len(PACKS)
        assert session.scalar(select(func.count(Schedule.id))) == len(PACKS)
        drawn = select(func.count()).select_from(Tile).where(Tile.visualization_id.is_not(None))
        wanted = sum(1 for pack in PACKS for tile in pack.board.tiles if tile.chart)
        assert session.scalar(drawn) == wanted


def test_each_reader_sees_its_own_views_and_nothing_of_what_is_to_come(packs: Actor) -> None:
    with db.new_session() as session:
        found = {each.name: stored_connection(each) for each in live_datasources(session, packs)}
    assert set(found) == {pack.datasource for pack in PACKS}
    for pack in PACKS:
        fields = found[pack.datasource]
        with psycopg.connect(
            host=fields["host"],
            port=fields["port"],
            dbname=fields["database"],
            user=fields["user"],
            password=fields["password"],
            autocommit=True,
        ) as connection:
            assert connection.execute("select count(*) > 5 from feeds").fetchone() == (True,)
            for other in {"trad", "ohub"} - {pack.schema} | {f"{pack.schema}_data"}:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"select * from {other}.feeds".encode())
