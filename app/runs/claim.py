"""Take a queued run: a guarded UPDATE that one worker wins."""

import os
import secrets
import socket
from dataclasses import dataclass

from sqlalchemy import Text, cast, func, literal, select, update

from app.accounts.models import User
from app.core import db
from app.core.clock import now
from app.datasources.connectors.base import Limits, ValueKind
from app.datasources.models import Datasource
from app.queries.bind import NamedValue
from app.queries.models import QueryVersion
from app.runs.models import Run, RunState, RunValue


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is this worker's to execute, with all that it needs, so that no connection is held."""

    run_id: int
    worker: str
    kind: str
    sealed_connection: bytes
    sql: str
    values: tuple[NamedValue, ...]
    limits: Limits
    comment: str


def claim(run_id: int) -> Claim | None:
    """Claim the run, or None when it is not queued any more: another worker has it, or it is settled."""
    worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    moment = now()
    query_id = (
        select(cast(QueryVersion.query_id, Text))
        .where(QueryVersion.id == Run.query_version_id)
        .scalar_subquery()
    )
    with db.transaction() as session:
        row = session.execute(
            update(Run)
            .where(Run.id == run_id, Run.state == RunState.QUEUED)
            .where(Datasource.id == Run.datasource_id, User.id == Run.requested_by)
            .values(state=RunState.RUNNING, started_at=moment, beat_at=moment, worker=worker)
            .returning(
                Run.sql,
                Run.timeout_s,
                Run.max_rows,
                Run.max_bytes,
                Datasource.kind,
                Datasource.sealed_connection,
                func.concat(
                    literal(f"plumbline run={run_id} query="),
                    func.coalesce(query_id, "none"),
                    " user=",
                    User.email,
                ).label("comment"),
            )
            .execution_options(synchronize_session=False)
        ).first()
        if row is None:
            return None
        values = session.execute(
            select(RunValue.name, RunValue.kind, RunValue.value)
            .where(RunValue.run_id == run_id)
            .order_by(RunValue.position)
        ).all()
    return Claim(
        run_id=run_id,
        worker=worker,
        kind=row.kind,
        sealed_connection=row.sealed_connection,
        sql=row.sql,
        values=tuple(NamedValue(name, ValueKind(kind), value) for name, kind, value in values),
        limits=Limits(row.timeout_s, row.max_rows, row.max_bytes),
        comment=row.comment,
    )
