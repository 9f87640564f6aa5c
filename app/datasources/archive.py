"""Taking a datasource out of use. Its runs and queries stay readable, its credentials do not stay."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.datasources.catalog.refresh import forget_catalog
from app.datasources.connection import seal_connection
from app.datasources.create import audit
from app.datasources.models import Datasource


def archive_datasource(session: Session, actor: Actor, datasource: Datasource) -> None:
    """Its name is free again; the stored connection and what was read of it are wiped."""
    datasource.archived_at = now()
    datasource.changed_at = datasource.archived_at
    datasource.sealed_connection, datasource.connection_mark = seal_connection({}), None
    forget_catalog(session, datasource)
    audit(session, actor, "archived", datasource)
