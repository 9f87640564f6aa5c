"""Making a datasource: valid fields, a name of its own, sealed credentials, an audit entry."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Org
from app.audit.record import record
from app.core.errors import Invalid
from app.datasources.connection import seal_connection
from app.datasources.describe import describe
from app.datasources.hosts import refuse_host
from app.datasources.models import Datasource

LONGEST_NAME = 100


def create_datasource(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    name: str,
    connection: Mapping[str, str],
    allow_superuser: bool = False,
) -> Datasource:
    """A new datasource. Does not connect: `save_new` does.

    Raises Invalid at `name`, `kind` or a field of the connection. `allow_superuser` says that an admin
    insisted on a superuser, which the audit entry remembers.
    """
    name, described = valid(session, actor, kind, name, connection, allow_superuser=allow_superuser)
    datasource = Datasource(
        org_id=actor.org_id,
        kind=kind,
        name=name,
        sealed_connection=seal_connection(described),
        created_by=actor.user_id,
    )
    session.add(datasource)
    session.flush()
    audit(session, actor, "created", datasource, allow_superuser=allow_superuser)
    return datasource


def valid(
    session: Session,
    actor: Actor,
    kind: str,
    name: str,
    connection: Mapping[str, str],
    *,
    stored: Mapping[str, str] | None = None,
    of: Datasource | None = None,
    allow_superuser: bool = False,
) -> tuple[str, dict[str, str]]:
    """The name and the connection as they will be stored. Raises Invalid with all that is wrong at once.

    Holds the org's row until the transaction ends, so that nobody takes the name meanwhile.
    """
    name = name.strip()
    problem = _name_problem(session, actor, name, of)
    problems = {"name": problem} if problem else {}
    try:
        described = describe(kind, connection, stored, allow_superuser=allow_superuser)
        refuse_host(session, actor, described)
    except Invalid as error:
        problems |= error.fields
    if problems:
        raise Invalid(" ".join(f"{field}: {text}" for field, text in problems.items()), fields=problems)
    return name, described


def audit(
    session: Session, actor: Actor, action: str, datasource: Datasource, **details: str | int | bool | None
) -> None:
    record(
        session,
        actor,
        f"datasource.{action}",
        datasource.id,
        name=datasource.name,
        **{key: value for key, value in details.items() if value},
    )


def _name_problem(session: Session, actor: Actor, name: str, of: Datasource | None) -> str | None:
    if not name:
        return "This is required."
    if len(name) > LONGEST_NAME or not name.isprintable():
        return f"Use up to {LONGEST_NAME} printable characters."
    session.execute(select(Org.id).where(Org.id == actor.org_id).with_for_update(key_share=True))
    taken = session.scalar(
        select(Datasource.id).where(
            Datasource.org_id == actor.org_id, Datasource.name == name, Datasource.archived_at.is_(None)
        )
    )
    if taken is not None and (of is None or taken != of.id):
        return "There is a datasource with this name already."
    return None
