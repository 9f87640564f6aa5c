"""Find a run with what its readers show of it, now or once it is settled."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, TextClause, bindparam, select, text
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.allow import Actor
from app.core.errors import Conflict, NotFound
from app.core.quick import Quick
from app.queries.models import QueryVersion
from app.runs.models import Run, RunState, RunValue
from app.runs.retention.expired import need_present
from app.runs.seen import SEEN, PerSeer, seer, sees_all
from app.runs.wait import Waiting


@dataclass(frozen=True, slots=True)
class _Statements:
    """Built once, for who sees all and for the others: to build a statement takes longer than to send it."""

    state: Quick
    alone: Select[Run]
    with_names: Select[Run]


def _built(*more: TextClause) -> _Statements:
    one: tuple[Any, ...] = (Run.id == bindparam("run_id"), Run.org_id == bindparam("org_id"), *more)
    names = (
        joinedload(Run.datasource),
        joinedload(Run.requester),
        joinedload(Run.version).joinedload(QueryVersion.query),
    )
    return _Statements(
        state=Quick(select(Run.state).where(*one)),
        alone=select(Run).where(*one),
        with_names=select(Run).where(*one).options(*names).execution_options(populate_existing=True),
    )


OF_ALL, OF_SEEN = _built(), _built(text(SEEN))
# For programs: the columns as they are, and what a run's JSON says of others, without an object of each.
SHOWN = PerSeer(
    f"""
    select {", ".join(f"runs.{column.name}" for column in Run.__table__.columns)},
           query_versions.query_id, query_versions.number as query_number, users.email as requester_email,
           datasources.slots as datasource_slots,
           (select json_agg(json_build_array(name, kind, value, words) order by position)
            from run_values where run_id = runs.id) as given
    from runs
    join users on users.id = runs.requested_by
    join datasources on datasources.id = runs.datasource_id
    left join query_versions on query_versions.id = runs.query_version_id
    where runs.id = :run_id and runs.org_id = :org_id and {{seen}}
    """
)
VALUES = select(RunValue).where(RunValue.run_id == bindparam("run_id")).order_by(RunValue.position)


def find_run(session: Session, actor: Actor, run_id: int) -> Run:
    """The run with its datasource, version, requester and values.

    Raises NotFound for a stranger, as for whoever may not see it (`seen`).
    """
    found = None
    if run_id < 2**63:
        found = session.scalar(_for(actor).with_names, _of(actor, run_id))
    if found is None:
        raise _no_run(run_id)
    values = session.scalars(VALUES, {"run_id": run_id}).all() if "{{" in found.sql else []
    set_committed_value(found, "values", values)
    return found


def find_shown(session: Session, actor: Actor, run_id: int) -> Any:
    """The run's row, with the attributes of Run that its JSON needs. Raises NotFound as `find_run` does."""
    values = {"run_id": run_id, "org_id": actor.org_id}
    found = SHOWN.first(session, actor, values) if run_id < 2**63 else None
    if found is None:
        raise _no_run(run_id)
    return found


def fetch_run(session: Session, actor: Actor, run_id: int) -> Run:
    """The run alone. Raises NotFound as `find_run` does."""
    found = session.scalar(_for(actor).alone, _of(actor, run_id)) if run_id < 2**63 else None
    if found is None:
        raise _no_run(run_id)
    return found


def find_result(session: Session, actor: Actor, run_id: int) -> Run:
    """A run that has rows. Raises NotFound as `find_run` does, Conflict, ResultExpired."""
    run = fetch_run(session, actor, run_id)
    if run.state != RunState.SUCCEEDED:
        raise Conflict(f"Run {run_id} has no rows: it is {run.state}.")
    need_present(run)
    return run


def find_settled(
    session: Session,
    actor: Actor,
    run_id: int,
    seconds: float,
    find: Callable[[Session, Actor, int], Run] = find_run,
) -> Run:
    """The run as soon as it is settled, or as it is after so many seconds, as `find` finds it.

    No connection is held while waiting; changes not yet committed in this session are lost.
    """
    deadline = time.monotonic() + seconds
    with Waiting(run_id) as waiting:
        moving = seconds > 0 and _moving(session, actor, run_id)
        while moving and (left := deadline - time.monotonic()) > 0:
            session.rollback()
            waiting.wait(left)
            run = find(session, actor, run_id)  # whole at once: mostly it is settled now
            if RunState(run.state).settled:
                return run
    return find(session, actor, run_id)


def _moving(session: Session, actor: Actor, run_id: int) -> bool:
    row = _for(actor).state.first(session, _of(actor, run_id)) if run_id < 2**63 else None
    return row is not None and not RunState(row.state).settled


def _for(actor: Actor) -> _Statements:
    return OF_ALL if sees_all(actor) else OF_SEEN


def _of(actor: Actor, run_id: int) -> dict[str, object]:
    one: dict[str, object] = {"run_id": run_id, "org_id": actor.org_id}
    return one if sees_all(actor) else one | seer(actor)


def _no_run(run_id: int) -> NotFound:
    return NotFound(f"There is no run {run_id} in your organisation, or it is not yours to see.")
