"""Testing a connection, and whether what the test found stands in the way of saving."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.datasources.connection import connector_class
from app.datasources.connectors.base import Check
from app.datasources.describe import describe
from app.datasources.fetch import stored_connection
from app.datasources.hosts import refuse_host
from app.datasources.models import Datasource

NEVER = frozenset({"missing_field", "invalid", "superuser", "fenced"})


def check_connection(
    session: Session,
    actor: Actor,
    kind: str,
    entered: Mapping[str, str],
    *,
    of: Datasource | None = None,
    allow_superuser: bool = False,
) -> Check:
    """Try what was entered, with the stored secrets `of` a datasource where they were left empty.

    Takes up to about 5 seconds. Raises Invalid for fields that are wrong before anything is tried.
    """
    stored = stored_connection(of) if of else None
    described = describe(kind, entered, stored, allow_superuser=allow_superuser)
    refuse_host(session, actor, described)
    return _try(kind, described)


def check_stored(datasource: Datasource) -> Check:
    """Try the connection as it is stored."""
    return _try(datasource.kind, stored_connection(datasource))


def stands_in_the_way(check: Check, *, anyway: bool) -> bool:
    """A server that is away has only to be known of; nonsense and an unasked-for superuser never go in."""
    return not check.ok and (check.problem in NEVER or not anyway)


def _try(kind: str, connection: Mapping[str, str]) -> Check:
    connector = connector_class(kind)(connection)
    try:
        return connector.check()
    finally:
        connector.close()
