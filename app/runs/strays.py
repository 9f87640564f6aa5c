"""Stop in the datasource what a lost run left there: its server may not have noticed that we are gone."""

import json
import logging

from sqlalchemy import select

from app.core import db, vault
from app.datasources.connectors.base import ConnectorError
from app.datasources.connectors.registry import UnknownKind, connector_for
from app.datasources.connectors.strays import StopsStrays
from app.datasources.models import Datasource
from app.runs.claim import signature
from app.runs.models import Run, RunState

log = logging.getLogger(__name__)

LEFT_BEHIND = (RunState.LOST, RunState.CANCELLED)


def stop_stray(run_id: int) -> int:
    """How many statements of a settled run were stopped. A datasource that is away is left alone."""
    with db.reading_session() as session:
        found = session.execute(
            select(Datasource.kind, Datasource.sealed_connection, Run.worker)
            .join(Run, Run.datasource_id == Datasource.id)
            .where(Run.id == run_id, Run.state.in_(LEFT_BEHIND), Run.worker.is_not(None))
        ).first()
    if found is None:
        return 0
    try:
        connector = connector_for(found.kind, json.loads(vault.unseal(found.sealed_connection)))
        comment = signature(run_id, found.worker or "")
        stopped = connector.stop(comment) if isinstance(connector, StopsStrays) else 0
    except (ConnectorError, UnknownKind, vault.SealBroken) as error:
        log.warning("a lost run may go on in its datasource", extra={"run_id": run_id, "why": str(error)})
        return 0
    if stopped:
        log.info("a lost run was stopped in its datasource", extra={"run_id": run_id})
    return stopped
