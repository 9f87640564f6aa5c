"""Editing a datasource: an empty secret keeps the stored one while the server stays the same."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.datasources.catalog.refresh import ask_refresh, forget_catalog
from app.datasources.connection import seal_connection
from app.datasources.create import audit, valid
from app.datasources.fetch import stored_connection
from app.datasources.models import Datasource


def change_datasource(
    session: Session,
    actor: Actor,
    datasource: Datasource,
    *,
    name: str,
    connection: Mapping[str, str],
    allow_superuser: bool = False,
) -> set[str]:
    """Rename it, or point it elsewhere; returns the names of the fields that changed. Does not connect.

    Raises Invalid at `name` or a field of the connection. The audit entry names fields, not values.
    """
    stored = stored_connection(datasource)
    name, described = valid(
        session,
        actor,
        datasource.kind,
        name,
        connection,
        stored=stored,
        of=datasource,
        allow_superuser=allow_superuser,
    )
    changed = {field for field in stored | described if stored.get(field) != described.get(field)}
    if name != datasource.name:
        changed.add("name")
    if changed:
        datasource.name = name
        if changed - {"name"}:  # else it stays the same source, and its stored results with it
            datasource.sealed_connection, datasource.connection_mark = seal_connection(described), None
        datasource.changed_at = now()
        fields = ", ".join(sorted(changed))
        audit(session, actor, "changed", datasource, fields=fields, allow_superuser=allow_superuser)
    if changed - {"name"}:
        forget_catalog(session, datasource)
        ask_refresh(session, datasource)
    return changed
