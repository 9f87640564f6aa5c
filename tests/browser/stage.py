"""What the browser meets: people, a datasource over a small table, a query with a chart, settled runs."""

from dataclasses import dataclass
from datetime import timedelta

import psycopg
from flask import Flask
from sqlalchemy import text

from app.accounts.allow import Actor
from app.accounts.house import House
from app.accounts.models import Role
from app.analytics.buckets import widened
from app.analytics.definitions import list_definitions
from app.analytics.events.read import Event, Read
from app.analytics.events.take import take_events
from app.analytics.models import Window
from app.analytics.recompute.ask import start_recompute
from app.analytics.recompute.execute import execute_recompute
from app.analytics.sources.change import SourceBody, create_source
from app.core import db, redis
from app.core.clock import now
from app.dashboards.check import TileBody
from app.dashboards.save import create_dashboard
from app.datasources.models import Datasource
from app.notices.tell import News, tell
from app.queries.models import Query
from app.queries.parameters import Declared, ParameterKind
from app.reporting.project import project
from app.reports.answer import ask_report
from app.reports.body import ReportBody
from app.reports.find import version_of
from app.reports.save import create_report
from app.runs.compare.ask import ask_again
from app.runs.compare.work_out import compare_values
from app.runs.find import find_run
from app.runs.limits import limits
from app.runs.models import Trigger
from app.runs.request import ask_query
from app.runs.retention.expire import expire_results
from app.runs.start import start_run
from app.schedules.change import create_schedule
from app.schedules.forms import ScheduleBody
from app.schedules.hand import run_now as run_schedule_now
from app.visualizations.create import create_visualization
from tests.browsing import Browser
from tests.emptying import Emptier
from tests.makers import finish, make_datasource, make_query, make_user, run_now, start

TABLE = """
drop table if exists departures;
create table departures as
select date '2013-06-01' + n / 3 as day, (array['EWR', 'JFK', 'LGA'])[1 + n % 3] as origin,
       (n * 37) % 91 - 20 as delay
  from generate_series(0, 59) n
"""
SQL = """\
select day, origin, avg(delay) as average_delay
  from departures
 where delay >= {{ least }}
 group by 1, 2
 order by 1, 2"""
MANY = """\
select n, round((sin(n / 900.0) * 100)::numeric, 2) as level,
       (array['Canada', 'DE', 'Atlantis'])[1 + n % 3] as country
  from generate_series(1, 60000) n"""
LONG_AGO = text(
    """
    update runs set queued_at = queued_at - interval '400 days',
                    started_at = started_at - interval '400 days',
                    finished_at = finished_at - interval '400 days'
    where id = :run_id
    """
)
LEAST = (Declared("least", ParameterKind.INTEGER, "-20"),)
CHART = {"x": "day", "y": ["average_delay"], "series": "origin", "stacked": False}


@dataclass(frozen=True)
class Stage:
    """Where the product answers, the cookies of those who are signed in, and the numbers of what is there."""

    url: str
    cookies: dict[str, str]
    query_id: int
    chart_id: int
    many_points_id: int
    good_run_id: int
    failed_run_id: int
    expired_run_id: int
    compared_ids: tuple[int, int]
    dashboard_id: int
    recompute_id: int
    report_id: int


def set_stage(app: Flask, url: str, source_url: str, connection: dict[str, str]) -> Stage:
    """Make it all, in the database that the installation at `url` uses."""
    with psycopg.connect(source_url, autocommit=True) as source:
        source.execute(TABLE)
    alice = make_user("alice", "Acme", Role.EDITOR)
    dana = make_user("dana", "Acme", Role.ADMIN)
    others = [make_user("bob", "Acme", Role.VIEWER), make_user("charlie", "Other", Role.ADMIN)]
    datasource = make_datasource(dana, connection)
    query = make_query(alice, datasource, SQL, "Delay by day", LEAST)
    long_name = (
        "Departures_of_every_airport_with_a_name_that_goes_on_without_a_space_until_the_end_of_the_line"
    )
    make_query(alice, datasource, "select 1 as one", long_name)
    with db.transaction() as session:
        chart = create_visualization(session, alice, query, name="Delay", kind="line", options=CHART)
        chart_id = chart.id
    many = make_query(alice, datasource, MANY, "Many points")
    with db.transaction() as session:
        options = {"x": "n", "y": ["level"]}
        create_visualization(session, alice, many, name="Level", kind="line", options=options)
    _run(alice, many.id, {})
    expired = _expire(_run(alice, query.id))
    good, failed = _run(alice, query.id), _fail(alice, datasource)
    cookies = {actor.name.lower(): _cookie(app, actor) for actor in (alice, dana, *others)}
    _schedule(alice, query.id)
    _tell(alice)
    compared = _compare(alice, datasource)
    dashboard_id = _dashboard(alice, datasource, query, chart_id)
    recompute_id = _recompute(alice)
    shown = (query.id, chart_id, many.id, good, failed, expired, compared, dashboard_id, recompute_id)
    return Stage(url, cookies, *shown, _report(alice))


def strike(source_url: str, emptier: Emptier) -> None:
    """Leave the servers as they were found."""
    with psycopg.connect(source_url, autocommit=True) as source:
        source.execute("drop table departures")
    emptier.empty()
    redis.client().flushall()


def _run(actor: Actor, query_id: int, values: dict[str, str] | None = None) -> int:
    with db.transaction() as session:
        asked = ask_query(session, actor, query_id, {"least": "-20"} if values is None else values)
        run = start_run(
            session,
            actor,
            datasource=asked.datasource,
            bound=asked.bound,
            limits=limits(House()),
            version=asked.version,
        )
        run_id = run.id
    finish(run_id)
    return run_id


def _schedule(actor: Actor, query_id: int) -> None:
    """One that ran once by hand, and was not due yet."""
    morning = ScheduleBody(kind="daily", at="06:00", time_zone="Europe/Berlin", parameters={"least": "-20"})
    with db.transaction() as session:
        schedule = create_schedule(session, actor, query_id, morning)
        refresh = run_schedule_now(session, actor, schedule)
    finish(refresh.run_id or 0)


def _tell(actor: Actor) -> None:
    news = News("schedule.failed", "Delay by day: a refresh failed", "Why.", "/schedules/1", "danger")
    with db.transaction() as session:
        tell(session, actor.org_id, [actor.user_id], news)


def _fail(actor: Actor, datasource: Datasource) -> int:
    run_id = start(actor, datasource, "select nothing\n  from departures")
    finish(run_id)
    return run_id


def _expire(run_id: int) -> int:
    with db.transaction() as session:
        session.execute(LONG_AGO, {"run_id": run_id})
    expire_results()
    return run_id


def _compare(actor: Actor, datasource: Datasource) -> tuple[int, int]:
    """Two runs that are not alike in one column."""
    first = run_now(actor, datasource, "select origin, clock_timestamp() as seen from departures")
    with db.transaction() as session:
        run = find_run(session, actor, first.id)
        comparison = ask_again(session, actor, run, Trigger.PERSON)
    finish(comparison.other_id)
    compare_values(first.id, comparison.other_id)
    return first.id, comparison.other_id


def _dashboard(actor: Actor, datasource: Datasource, query: Query, line: int) -> int:
    """A line, a number, rows, a tile whose query fails, a text and a section."""
    broken = make_query(actor, datasource, "select 1 / (n - n) as n from generate_series(1, 2) n", "Broken")
    with db.transaction() as session:
        stat = create_visualization(
            session, actor, query, name="First delay", kind="stat", options={"value": "average_delay"}
        )
        rows = create_visualization(session, actor, query, name="Every day", kind="table", options={})
        bad = create_visualization(
            session, actor, broken, name="Broken number", kind="stat", options={"value": "n"}
        )
        places = [(line, 0, 1, 8, 6), (stat.id, 8, 1, 4, 3), (bad.id, 8, 4, 4, 3), (rows.id, 0, 7, 8, 6)]
        tiles = [
            TileBody(kind="visualization", visualization_id=id, x=x, y=y, w=w, h=h, max_stale_ms=900_000)
            for id, x, y, w, h in places
        ]
        words = "Delays of **all airports**.\n\n- EWR\n- JFK\n- LGA"
        tiles.append(TileBody(kind="text", x=8, y=7, w=4, h=6, title="What this shows", text=words))
        tiles.append(TileBody(kind="section", x=0, y=0, w=12, h=1, text="Departures"))
        return create_dashboard(session, actor, name="Operations", description="Delays", tiles=tiles).id


def _recompute(actor: Actor) -> int:
    """Events of three weeks, snapshots of them, and the run that took in some that came late."""
    ensured = {"web-shop": "The web shop", "partners": "Partners, who send by night"}
    with db.transaction() as session:
        for slug, name in ensured.items():
            create_source(session, actor, SourceBody(slug=slug, provider_name=name))
    runs = []
    for part in range(2):
        sent = [
            Event(
                source=list(ensured)[number % 3 == 0],
                external_ref=f"{part}-{number}",
                entity_id=f"customer-{number % 7}",
                status=("paid", "refunded", "failed")[number % 5 % 3],
                occurred_at=now() - timedelta(days=1 + number % 20),
                processing_ms=40 + number,
                amount_cents=1_999 * (number + 1),
            )
            for number in range(60)
        ]
        with db.transaction() as session:
            take_events(session, actor, Read(sent, [""] * len(sent)))
            days = widened(now().date() - timedelta(days=20), now().date(), Window.DAY)
            definitions = list_definitions(session, actor.org_id)
            runs = [
                start_recompute(session, each, Window.DAY, days, "seed", actor).id for each in definitions
            ]
        for run_id in runs:
            execute_recompute(run_id)
    return runs[0]


def _report(actor: Actor) -> int:
    """How the runs of this year ended, day by day, asked once."""
    project()
    asked = {
        "name": "How runs end",
        "dataset": "runs",
        "period": "last 12 months",
        "dimensions": ["state", "day"],
        "measures": ["run_count", "avg_duration_ms", "failure_rate", "total_bytes"],
        "filters": [{"field": "state", "op": "neq", "value": "lost"}],
        "chart": "bar",
    }
    with db.transaction() as session:
        report = create_report(session, actor, ReportBody.model_validate(asked))
        ask_report(session, actor, version_of(session, report))
        return report.id


def _cookie(app: Flask, actor: Actor) -> str:
    cookie = Browser(app, actor).client.get_cookie("plumbline")
    assert cookie is not None
    return cookie.value
