"""Choices that come from another query: which queries may serve, and which values they are asked with."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.queries.bind import invalid
from app.queries.models import Parameter, Query, QueryVersion
from app.queries.parameters import Declared

# Every query that these take choices from, and those take them from, and so on, as they are saved now.
REACHED = text(
    """
    with recursive reached(id) as (
        select cast(:first as bigint)
        union
        select parameters.choices_from
        from reached
        join queries on queries.id = reached.id
        join query_versions on query_versions.query_id = queries.id and query_versions.number = queries.latest
        join parameters on parameters.version_id = query_versions.id
        where parameters.choices_from is not null
    )
    select id from reached
    """
)
PARAMETERS = (
    select(Parameter)
    .join(QueryVersion, QueryVersion.id == Parameter.version_id)
    .join(Query, (Query.id == QueryVersion.query_id) & (Query.latest == QueryVersion.number))
    .where(Query.id == bindparam("query_id"), Query.org_id == bindparam("org_id"))
    .order_by(Parameter.position)
)


def check_sources(session: Session, actor: Actor, declared: Sequence[Declared], query_id: int | None) -> None:
    """Raises Invalid at `parameters.NAME` for choices from a query that is not there, needs more, or loops.

    `query_id` is the query to which the declarations belong, once it has a number.
    """
    sources = {item.name: item.choices_from for item in declared if item.choices_from is not None}
    if not sources:
        return
    errors: dict[str, str] = {}
    needs: dict[str, set[str]] = {}
    ours = {item.name for item in declared}
    for name, source_id in sources.items():
        source = session.get(Query, source_id) if 0 < source_id < 2**63 else None
        if source is None or source.org_id != actor.org_id or source.archived_at is not None:
            errors[name] = f"There is no query {source_id} in your organisation to take choices from."
            continue
        if query_id is not None and query_id in session.scalars(REACHED, {"first": source_id}).all():
            errors[name] = f"{source.name} takes its choices from this query: they would wait for each other."
            continue
        parameters = parameters_of(session, actor, source_id)
        needs[name] = {parameter.name for parameter in parameters} & ours
        missing = [p.name for p in parameters if p.required and p.default is None and p.name not in ours]
        if missing:
            errors[name] = (
                f"{source.name} needs a value for {missing[0]}, which has no default there and is no"
                " parameter here."
            )
    for name in needs:
        if name not in errors and _waits_for_itself(name, needs):
            errors[name] = f"The choices of {name} depend on its own value. Take them from another query."
    if errors:
        raise invalid(errors)


def parameters_of(session: Session, actor: Actor, query_id: int) -> Sequence[Parameter]:
    """Those of a query's newest version."""
    return session.scalars(PARAMETERS, {"query_id": query_id, "org_id": actor.org_id}).all()


def handed_on(parameters: Sequence[Parameter], given: Mapping[str, object]) -> dict[str, object]:
    """The values that a source of choices is asked with: those of the same names."""
    names = {parameter.name for parameter in parameters}
    return {name: value for name, value in given.items() if name in names}


def _waits_for_itself(name: str, needs: Mapping[str, set[str]]) -> bool:
    seen: set[str] = set()
    waiting = set(needs[name])
    while waiting:
        each = waiting.pop()
        if each == name:
            return True
        if each not in seen:
            seen.add(each)
            waiting |= needs.get(each, set())
    return False
