"""Making a query and saving it again: each save is a version, and nobody's edit is lost."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.audit.record import record
from app.core.errors import Invalid, NotFound
from app.core.zones import check_zone
from app.datasources.models import Datasource
from app.queries.declare import declare
from app.queries.models import Parameter, Query, QueryVersion
from app.queries.parameters import Declared
from app.queries.placeholders import Template, parse_template
from app.queries.sources import check_sources
from app.queries.watermark import NO_WATERMARK, Watermark, watermark_problems
from app.saved.names import name_problems
from app.saved.versions import count_on, take_turn


def create_query(
    session: Session,
    actor: Actor,
    *,
    name: str,
    description: str,
    datasource_id: int | None,
    sql: str,
    parameters: Sequence[Declared],
    watermark: Watermark = NO_WATERMARK,
    time_zone: str | None = None,
) -> Query:
    """A new query with its first version.

    `time_zone` is the one of its times in words; the org's where there is none. Raises Invalid naming
    everything that is wrong: `name`, `description`, `datasource_id`, `sql`, `time_zone`, `watermark_column`,
    `watermark_sql`, `parameters.NAME`.
    """
    name, description = name.strip(), description.strip()
    declared = _check(session, actor, name, description, datasource_id, sql, parameters, watermark, time_zone)
    query = Query(org_id=actor.org_id, name=name, description=description, created_by=actor.user_id)
    session.add(query)
    session.flush()
    _add_version(session, actor, query, datasource_id, sql, declared, watermark, time_zone)
    _audit(session, actor, query, "query.created")
    return query


def save_version(
    session: Session,
    actor: Actor,
    query: Query,
    *,
    name: str,
    description: str,
    datasource_id: int | None,
    sql: str,
    parameters: Sequence[Declared],
    based_on: int,
    watermark: Watermark = NO_WATERMARK,
    time_zone: str | None = None,
) -> QueryVersion:
    """The query's next version, made from version `based_on`.

    Raises Overtaken when that is no longer the newest, NotFound when the query was archived meanwhile, and
    Invalid as `create_query` does.
    """
    take_turn(session, query, QueryVersion, based_on)
    name, description = name.strip(), description.strip()
    declared = _check(
        session, actor, name, description, datasource_id, sql, parameters, watermark, time_zone, query.id
    )
    count_on(query, name=name, description=description)
    version = _add_version(session, actor, query, datasource_id, sql, declared, watermark, time_zone)
    _audit(session, actor, query, "query.saved")
    return version


def _check(
    session: Session,
    actor: Actor,
    name: str,
    description: str,
    datasource_id: int | None,
    sql: str,
    parameters: Sequence[Declared],
    watermark: Watermark,
    time_zone: str | None,
    query_id: int | None = None,
) -> list[Declared]:
    problems = name_problems("query", name, description)
    if problem := _datasource_problem(session, actor, datasource_id):
        problems["datasource_id"] = problem
    declared: list[Declared] = []
    template: Template | None = None
    try:
        template = parse_template(sql)
        declared = declare(template, parameters)
        check_sources(session, actor, declared, query_id)
    except Invalid as error:
        problems |= error.fields
    try:
        if time_zone:
            check_zone(time_zone)
    except Invalid as error:
        problems |= error.fields
    problems |= watermark_problems(watermark, template)
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
    return declared


def _datasource_problem(session: Session, actor: Actor, datasource_id: int | None) -> str | None:
    if datasource_id is None:
        return "Choose the datasource that this runs on."
    try:
        datasource = fetch(session, actor, Datasource, datasource_id)
    except NotFound as error:
        return error.detail
    return f"{datasource.name} is archived. Choose another datasource." if datasource.archived_at else None


def _add_version(
    session: Session,
    actor: Actor,
    query: Query,
    datasource_id: int | None,
    sql: str,
    declared: Sequence[Declared],
    watermark: Watermark,
    time_zone: str | None,
) -> QueryVersion:
    assert datasource_id is not None
    version = QueryVersion(
        query_id=query.id,
        number=query.latest,
        datasource_id=datasource_id,
        sql=sql,
        watermark_column=watermark.column,
        watermark_sql=watermark.sql,
        time_zone=time_zone or None,
        saved_by=actor.user_id,
        parameters=[_row(position, item) for position, item in enumerate(declared)],
    )
    session.add(version)
    session.flush()
    return version


def _row(position: int, item: Declared) -> Parameter:
    return Parameter(
        name=item.name,
        position=position,
        kind=item.kind,
        default=item.default,
        default_end=item.default_end,
        label=item.label,
        required=item.required is not False,
        pattern=item.pattern,
        choice_type=item.of,
        choice_values=[choice.value for choice in item.choices],
        choice_labels=[choice.label for choice in item.choices],
        choices_from=item.choices_from,
    )


def _audit(session: Session, actor: Actor, query: Query, action: str) -> None:
    record(session, actor, action, query.id, name=query.name, version=query.latest)
