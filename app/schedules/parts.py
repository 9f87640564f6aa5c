"""What schedules ask at their due times: of a query one part, of a dashboard one for each drawn tile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.allow import Actor
from app.accounts.house import columns, house_of
from app.accounts.models import Membership, Org, Role, User
from app.core.errors import Invalid, NotFound, Problem
from app.dashboards.ask import Asking, ask_tiles
from app.dashboards.find import find_dashboard, newest_version
from app.dashboards.targets import moment_of
from app.datasources.models import Datasource
from app.datasources.pause import why_paused
from app.queries.models import Query, QueryVersion
from app.runs.request import Asked, ask_version
from app.schedules.models import Schedule


@dataclass(frozen=True, slots=True)
class Part:
    """Of a dashboard with the tile's number and name. Either what it asks, or why it cannot."""

    actor: Actor
    asked: Asked | None
    problem: str = ""
    number: int | None = None
    name: str = ""


class Held(Problem):
    """Its datasource is paused: the due time is skipped, and nothing has failed."""


class Parts:
    """Finds what many schedules ask, in a few statements for all of their queries."""

    def __init__(self, session: Session, schedules: Sequence[Schedule], asker: Actor | None = None) -> None:
        self._session = session
        self._asker = asker
        self._owners = {} if asker else _owners(session, schedules)
        self._versions = _versions(session, schedules)

    def of(self, schedule: Schedule, due: datetime) -> list[Part]:
        """Raises Held, or another Problem when the schedule as a whole can ask nothing."""
        actor = self._asker or self._owners.get((schedule.created_by, schedule.org_id))
        if actor is None:
            raise NotFound("Whoever made this schedule is no longer here. Make it again as somebody who is.")
        if schedule.dashboard_id is not None:
            return self._of_dashboard(actor, schedule, schedule.dashboard_id, due)
        version = self._versions.get((schedule.org_id, schedule.query_id or 0))
        if version is None:
            raise NotFound("Its query is archived.")
        if version.datasource.paused_at is not None:
            raise Held(_paused(version.datasource))
        asked = ask_version(self._session, actor, version, schedule.given, schedule.time_zone, due)
        return [Part(actor, asked)]

    def _of_dashboard(self, actor: Actor, schedule: Schedule, dashboard_id: int, due: datetime) -> list[Part]:
        """Words are read in the zone in which the dashboard reads them: it shows these very results."""
        dashboard = find_dashboard(self._session, actor, dashboard_id)
        tiles = newest_version(self._session, dashboard).tiles
        asking = ask_tiles(self._session, actor, tiles, schedule.given, moment_of(due)).tiles
        drawn = [each for each in asking if each.tile.kind == "visualization"]
        if not drawn:
            raise Invalid(f"{dashboard.name} has no tile to refresh.")
        asked = [each.asked.datasource for each in drawn if each.asked]
        paused = dict.fromkeys(_paused(each) for each in asked if each.paused_at is not None)
        if len(asked) == len(drawn) and all(each.paused_at is not None for each in asked):
            raise Held(" ".join(paused))
        return [_part_of(actor, each) for each in drawn]


def _part_of(actor: Actor, asking: Asking) -> Part:
    asked, problem = asking.asked, asking.problem or ""
    if asked and asked.datasource.paused_at is not None:
        problem, asked = _paused(asked.datasource), None
    name = asking.tile.title or (asking.visualization.name if asking.visualization else "Nothing")
    return Part(actor, asked, problem, asking.tile.number, name)


def _paused(datasource: Datasource) -> str:
    return why_paused(datasource) or ""


def _owners(session: Session, schedules: Sequence[Schedule]) -> dict[tuple[int, int], Actor]:
    """Whoever made the schedules, by person and org, with the role of today; not who left."""
    wanted = {(each.created_by, each.org_id) for each in schedules}
    rows = session.execute(
        select(
            User.id,
            User.email,
            User.name,
            Membership.role,
            Org.id.label("org_id"),
            Org.name.label("org_name"),
            *columns(),
        )
        .join(Membership, Membership.user_id == User.id)
        .join(Org, Org.id == Membership.org_id)
        .where(
            tuple_(User.id, Org.id).in_(wanted),
            User.disabled_at.is_(None),
            Membership.disabled_at.is_(None),
        )
    )
    return {
        (row.id, row.org_id): Actor(
            row.id,
            row.org_id,
            row.email,
            row.name,
            Role(row.role),
            row.org_name,
            "schedule",
            house=house_of(row),
        )
        for row in rows
    }


def _versions(session: Session, schedules: Sequence[Schedule]) -> dict[tuple[int, int], QueryVersion]:
    """The newest version of each query that is not archived, by org and query."""
    wanted = {each.query_id for each in schedules if each.query_id is not None}
    if not wanted:
        return {}
    rows = session.execute(
        select(Query.org_id, QueryVersion)
        .join(Query, (Query.id == QueryVersion.query_id) & (Query.latest == QueryVersion.number))
        .where(Query.id.in_(wanted), Query.archived_at.is_(None))
        .options(joinedload(QueryVersion.datasource), selectinload(QueryVersion.parameters))
    )
    return {(org_id, version.query_id): version for org_id, version in rows}
