"""What a schedule is of: a query, or a dashboard with all that its tiles ask."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.core.clock import now
from app.core.errors import Invalid
from app.dashboards.ask import ask_tiles
from app.dashboards.find import find_dashboard
from app.dashboards.find import newest_version as newest_of_dashboard
from app.dashboards.models import Dashboard, Tile
from app.dashboards.targets import moment_of
from app.queries.declare import declared_of
from app.queries.find import find_query, newest_version
from app.queries.models import Query
from app.queries.parameters import Declared
from app.runs.request import ask_query
from app.schedules.models import Schedule


@dataclass(frozen=True, slots=True)
class Subject:
    """`parameters` are those that take values; `is_archived`: nothing new can be set for it."""

    kind: Literal["query", "dashboard"]
    id: int
    name: str
    parameters: list[Declared]
    is_archived: bool = False
    tiles: tuple[Tile, ...] = ()

    @property
    def address(self) -> str:
        return f"/{'queries' if self.kind == 'query' else 'dashboards'}/{self.id}"


def find_subject(
    session: Session,
    actor: Actor,
    query_id: int | None = None,
    dashboard_id: int | None = None,
    *,
    archived: bool = False,
) -> Subject:
    """Exactly one of the numbers is given. Raises NotFound, also for what is archived unless allowed."""
    if dashboard_id is None:
        query = (_any_query if archived else find_query)(session, actor, query_id or 0)
        declared = declared_of(newest_version(session, query).parameters)
        return Subject("query", query.id, query.name, declared, query.archived_at is not None)
    dashboard = (_any_dashboard if archived else find_dashboard)(session, actor, dashboard_id)
    tiles = newest_of_dashboard(session, dashboard).tiles
    shared = ask_tiles(session, actor, tiles, {}, moment_of(now())).shared
    return Subject(
        "dashboard",
        dashboard.id,
        dashboard.name,
        list(shared.values()),
        False,
        tuple(tiles),
    )


def check_values(session: Session, actor: Actor, subject: Subject, given: dict[str, Any], zone: str) -> None:
    """Raises Invalid at `parameters.NAME`, at `query_id` or `dashboard_id` for what is archived, and for a
    dashboard on which nothing is drawn.
    """
    if subject.is_archived:
        sentence = f"{subject.name} is archived. Choose another {subject.kind}."
        raise Invalid(sentence, fields={f"{subject.kind}_id": sentence})
    if subject.kind == "query":
        ask_query(session, actor, subject.id, given, zone)
        return
    asking = ask_tiles(session, actor, subject.tiles, given, moment_of(now())).tiles
    if not any(each.tile.kind == "visualization" for each in asking):
        raise Invalid(fields={"dashboard_id": f"{subject.name} has no tile to refresh. Add a chart first."})
    known = {item.name for item in subject.parameters}
    problems = {
        f"parameters.{name}": "No query on this dashboard has such a parameter."
        for name in given
        if name not in known
    }
    for each in asking:
        problems |= each.errors
    if problems:
        raise Invalid(" ".join(dict.fromkeys(problems.values())), fields=problems)


def name_of(session: Session, schedule: Schedule) -> str:
    """Of its query or dashboard, archived or not."""
    if schedule.query_id is not None:
        return session.get_one(Query, schedule.query_id).name
    return session.get_one(Dashboard, schedule.dashboard_id).name


def _any_query(session: Session, actor: Actor, query_id: int) -> Query:
    return fetch(session, actor, Query, query_id)


def _any_dashboard(session: Session, actor: Actor, dashboard_id: int) -> Dashboard:
    return fetch(session, actor, Dashboard, dashboard_id)
