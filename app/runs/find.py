"""Find a run with what its readers show of it, now or once it is settled."""

import time

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.allow import Actor
from app.core.errors import NotFound
from app.queries.models import QueryVersion
from app.runs.models import Run, RunState
from app.runs.wait import Waiting


def find_run(session: Session, actor: Actor, run_id: int) -> Run:
    """The run with its datasource, version, requester, values and columns. Raises NotFound for a stranger."""
    found = None
    if run_id < 2**63:
        found = session.scalar(
            select(Run)
            .where(Run.id == run_id, Run.org_id == actor.org_id)
            .options(
                joinedload(Run.datasource),
                joinedload(Run.requester),
                joinedload(Run.version).joinedload(QueryVersion.query),
                selectinload(Run.values),
                selectinload(Run.columns),
            )
            .execution_options(populate_existing=True)
        )
    if found is None:
        raise NotFound(f"There is no run {run_id} in your organisation.")
    return found


def find_settled(session: Session, actor: Actor, run_id: int, seconds: float) -> Run:
    """The run as soon as it is settled, or as it is after so many seconds.

    No connection is held while waiting; changes not yet committed in this session are lost.
    """
    deadline = time.monotonic() + seconds
    with Waiting(run_id) as waiting:
        while True:
            run = find_run(session, actor, run_id)
            left = deadline - time.monotonic()
            if RunState(run.state).settled or left <= 0:
                return run
            session.rollback()
            waiting.wait(left)


def latest_run(session: Session, actor: Actor, query_id: int) -> int | None:
    """Number of the newest run of any version of this query."""
    return session.scalar(
        select(Run.id)
        .join(QueryVersion, QueryVersion.id == Run.query_version_id)
        .where(QueryVersion.query_id == query_id, Run.org_id == actor.org_id)
        .order_by(Run.id.desc())
        .limit(1)
    )
