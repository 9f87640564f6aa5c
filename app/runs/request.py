"""From what somebody asks for to what will run: who may ask it, which SQL, which values, which limits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.allow import Actor, fetch, need
from app.accounts.models import Org, Role
from app.core.errors import Invalid, NotFound
from app.core.zones import check_zone
from app.datasources.models import Datasource
from app.queries.bind import Bound, bind
from app.queries.declare import declared_of
from app.queries.given import now_in
from app.queries.infer import infer
from app.queries.models import Query, QueryVersion
from app.queries.parameters import Declared
from app.queries.placeholders import parse_template
from app.queries.relative.words import When
from app.queries.watermark import NO_WATERMARK, Watermark, watermark_problems


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement ready to start: `version` when it is exactly what a saved query says."""

    datasource: Datasource
    bound: Bound
    version: QueryVersion | None = None
    watermark: Watermark = NO_WATERMARK


def ask_query(
    session: Session,
    actor: Actor,
    query_id: int,
    given: Mapping[str, Any],
    time_zone: str | None = None,
    moment: datetime | None = None,
) -> Asked:
    """The newest version of a saved query with these values: a viewer may ask it.

    Times in words are read in `time_zone`, else in the query's zone, else in the org's, at this moment or
    now. Raises NotFound, and
    Invalid at `parameters.NAME` for a value that does not fit, or `time_zone`.
    """
    need(actor, Role.VIEWER)
    return ask_version(session, actor, _latest(session, actor, query_id), given, time_zone, moment)


def ask_version(
    session: Session,
    actor: Actor,
    version: QueryVersion,
    given: Mapping[str, Any],
    time_zone: str | None = None,
    moment: datetime | None = None,
) -> Asked:
    """As `ask_query`, of a version that is at hand with its datasource and parameters."""
    when = _when(session, actor, time_zone or version.time_zone, moment)
    bound = bind(parse_template(version.sql), declared_of(version.parameters), given, when)
    return Asked(_usable(version.datasource), bound, version, version.watermark)


def ask_sql(
    session: Session,
    actor: Actor,
    datasource_id: int,
    sql: str,
    given: Mapping[str, Any],
    parameters: Sequence[Declared] | None = None,
    query_id: int | None = None,
    watermark: Watermark = NO_WATERMARK,
    time_zone: str | None = None,
) -> Asked:
    """SQL that an editor wrote; types come from `parameters`, or from the values when there are none.

    With `query_id` the run counts as one of that query when nothing differs from its newest version.
    Raises Forbidden for a viewer, NotFound, and Invalid at `sql`, `datasource_id`, `time_zone` or
    `parameters.NAME`.
    """
    need(actor, Role.EDITOR)
    template = parse_template(sql)
    datasource = _usable(fetch(session, actor, Datasource, datasource_id))
    declared = infer(template, given) if parameters is None else parameters
    bound = bind(template, declared, given, _when(session, actor, time_zone))
    version = _latest(session, actor, query_id) if query_id is not None else None
    if version and (version.watermark != watermark or not _same(version, datasource, sql, parameters or ())):
        version = None
    if problems := watermark_problems(watermark, template):
        raise Invalid(" ".join(problems.values()), fields=problems)
    return Asked(datasource, bound, version, watermark)


def _when(
    session: Session, actor: Actor, zone: str | None, moment: datetime | None = None
) -> Callable[[], When]:
    """Asks for the org's zone only when a value depends on it."""
    if zone:
        check_zone(zone)

    def when() -> When:
        there = zone or session.scalars(select(Org.time_zone).where(Org.id == actor.org_id)).one()
        first = actor.house.first_weekday
        return When(moment, there, first) if moment else now_in(there, first)

    return when


def _latest(session: Session, actor: Actor, query_id: int) -> QueryVersion:
    version = None
    if query_id < 2**63:
        version = session.scalar(
            select(QueryVersion)
            .join(Query, (Query.id == QueryVersion.query_id) & (Query.latest == QueryVersion.number))
            .where(Query.id == query_id, Query.org_id == actor.org_id, Query.archived_at.is_(None))
            .options(joinedload(QueryVersion.datasource), selectinload(QueryVersion.parameters))
        )
    if version is None:
        raise NotFound(f"There is no query {query_id} in your organisation.")
    return version


def _usable(datasource: Datasource) -> Datasource:
    if datasource.archived_at is not None:
        text = f"The datasource {datasource.name} is archived. Choose another one."
        raise Invalid(text, fields={"datasource_id": text})
    return datasource


def _same(version: QueryVersion, datasource: Datasource, sql: str, parameters: Sequence[Declared]) -> bool:
    kinds = {p.name: p.kind for p in parameters}
    return (
        version.sql == sql
        and version.datasource_id == datasource.id
        and {p.name: p.kind for p in version.parameters} == kinds
    )
