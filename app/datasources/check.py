"""Testing a connection, and whether what the test found stands in the way of saving."""

from collections.abc import Mapping

from app.datasources.connection import connector_class
from app.datasources.connectors.base import Check
from app.datasources.describe import describe
from app.datasources.fetch import stored_connection
from app.datasources.models import Datasource

NOT_A_CONNECTION = frozenset({"missing_field", "invalid"})


def check_connection(kind: str, entered: Mapping[str, str], *, of: Datasource | None = None) -> Check:
    """Try what was entered, with the stored secrets `of` a datasource where they were left empty.

    Takes up to about 5 seconds. Raises Invalid for fields that are wrong before anything is tried.
    """
    stored = stored_connection(of) if of else None
    return _try(kind, describe(kind, entered, stored))


def check_stored(datasource: Datasource) -> Check:
    """Try the connection as it is stored."""
    return _try(datasource.kind, stored_connection(datasource))


def stands_in_the_way(check: Check, *, anyway: bool, allow_superuser: bool) -> bool:
    """A superuser must be insisted on, a server that is away only known of; nonsense is never saved."""
    if check.problem in NOT_A_CONNECTION:
        return True
    if check.is_superuser or check.problem == "superuser":
        return not allow_superuser
    return not check.ok and not anyway


def _try(kind: str, connection: Mapping[str, str]) -> Check:
    connector = connector_class(kind)(connection)
    try:
        return connector.check()
    finally:
        connector.close()
