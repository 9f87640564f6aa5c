"""Read a datasource's catalog again: when somebody asks, when it is old, and first of all when it is new."""

import logging
from datetime import timedelta

from sqlalchemy import Connection, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import db, vault
from app.core.clock import now
from app.core.db import after_commit
from app.core.queue import HOUSEKEEPING, enqueue
from app.datasources.catalog.models import Catalog, CatalogState
from app.datasources.catalog.store import forget, replace
from app.datasources.connection import connector_of
from app.datasources.connectors.base import ConnectorError
from app.datasources.models import Datasource

log = logging.getLogger(__name__)

OLD_AFTER = timedelta(hours=6)
SILENT_AFTER = timedelta(minutes=15)  # a worker that reads for longer has died
LOST_HINT_AFTER = timedelta(seconds=30)
READ_TIMEOUT_S = 600.0
JOB = "jobs.catalogs.refresh"

MOVING = (CatalogState.WAITING, CatalogState.READING)


def ask_refresh(session: Session, datasource: Datasource) -> None:
    """Have a worker read the catalog after the commit; asking while that is under way changes nothing."""
    moment = now()
    asked = insert(Catalog).values(
        datasource_id=datasource.id, state=CatalogState.WAITING, asked_at=moment, relation_count=0
    )
    won = session.execute(
        asked.on_conflict_do_update(
            index_elements=[Catalog.datasource_id],
            set_={"state": CatalogState.WAITING, "asked_at": moment, "error": None},
            where=or_(Catalog.state.not_in(MOVING), Catalog.started_at < moment - SILENT_AFTER),
        ).returning(Catalog.datasource_id)
    ).first()
    if won:
        after_commit(session, lambda: enqueue(JOB, datasource.id, queue=HOUSEKEEPING))


def forget_catalog(session: Session, datasource: Datasource) -> None:
    """For a datasource that is archived, or that points elsewhere now."""
    forget(session.connection(), datasource.id)
    catalog = session.get(Catalog, datasource.id)
    if catalog is not None:
        session.delete(catalog)
        session.flush()


def refresh_catalog(datasource_id: int) -> None:
    """Read and store if it is still to be done; a second call at the same time changes nothing.

    A source that cannot be read is data, not an exception: the old catalog stays, with the reason.
    """
    claimed = _claim(datasource_id)
    if claimed is None:
        return
    try:
        connector = connector_of(claimed)
        try:
            with db.engine().begin() as connection:
                count = replace(connection, datasource_id, connector.relations(READ_TIMEOUT_S))
                _ready(connection, datasource_id, count)
        finally:
            connector.close()
    except ConnectorError as error:
        _failed(datasource_id, f"{error.message} {error.hint or ''}".strip())
    except (LookupError, vault.SealBroken) as error:
        _failed(datasource_id, str(error) or "The stored connection cannot be opened.")
    except Exception:
        log.exception("catalog not read", extra={"datasource_id": datasource_id})
        _failed(datasource_id, "Plumbline could not read this; the log of the worker says why.")


def refresh_due() -> int:
    """Ask for each live datasource whose catalog is missing, old or stuck; returns for how many."""
    moment = now()
    due = (
        select(Datasource)
        .outerjoin(Catalog, Catalog.datasource_id == Datasource.id)
        .where(
            Datasource.archived_at.is_(None),
            or_(
                Catalog.datasource_id.is_(None),
                Catalog.state.not_in(MOVING) & (Catalog.finished_at < moment - OLD_AFTER),
                (Catalog.state == CatalogState.READING) & (Catalog.started_at < moment - SILENT_AFTER),
            ),
        )
    )
    with db.transaction() as session:
        _enqueue_forgotten(session)
        found = session.scalars(due).all()
        for datasource in found:
            ask_refresh(session, datasource)
    return len(found)


def _enqueue_forgotten(session: Session) -> None:
    """Those whose job Redis forgot; to enqueue twice is harmless, as only one can claim."""
    waiting = select(Catalog.datasource_id).where(
        Catalog.state == CatalogState.WAITING, Catalog.asked_at < now() - LOST_HINT_AFTER
    )
    for datasource_id in session.scalars(waiting).all():
        enqueue(JOB, datasource_id, queue=HOUSEKEEPING)


def _claim(datasource_id: int) -> Datasource | None:
    """A guarded UPDATE that one worker wins."""
    with db.transaction() as session:
        won = session.execute(
            update(Catalog)
            .where(Catalog.datasource_id == datasource_id, Catalog.state == CatalogState.WAITING)
            .values(state=CatalogState.READING, started_at=now())
            .returning(Catalog.datasource_id)
            .execution_options(synchronize_session=False)
        ).first()
        datasource = session.get_one(Datasource, datasource_id) if won else None
        if datasource is not None and datasource.archived_at is not None:
            forget_catalog(session, datasource)
            return None
        return datasource


def _ready(connection: Connection, datasource_id: int, count: int) -> None:
    """The planner is told at once: a search right after a first reading must not guess."""
    moment = now()
    connection.execute(
        update(Catalog)
        .where(Catalog.datasource_id == datasource_id)
        .values(
            state=CatalogState.READY,
            finished_at=moment,
            refreshed_at=moment,
            relation_count=count,
            error=None,
        )
    )
    for table in ("catalog_relations", "catalog_columns"):
        connection.execute(text(f"analyze {table}"))


def _failed(datasource_id: int, error: str) -> None:
    with db.transaction() as session:
        session.execute(
            update(Catalog)
            .where(Catalog.datasource_id == datasource_id, Catalog.state == CatalogState.READING)
            .values(state=CatalogState.FAILED, finished_at=now(), error=error.replace("\0", ""))
            .execution_options(synchronize_session=False)
        )
