"""Leave an audit entry in the transaction of the change itself."""

from typing import Protocol

from sqlalchemy.orm import Session

from app.audit.models import AuditEntry

PLUMBLINE = "Plumbline"  # who did what nobody asked for


class Who(Protocol):
    """Somebody in an org, as `accounts` knows them; without a number it is Plumbline itself."""

    @property
    def org_id(self) -> int: ...

    @property
    def user_id(self) -> int | None: ...

    @property
    def name(self) -> str: ...


def record(
    session: Session,
    who: Who,
    action: str,
    resource_id: int | str,
    **details: str | int | bool | None,
) -> None:
    """Write down one change, such as `datasource.created`: the word before the point is the resource's type.

    A secret or a value of a query is no detail.
    """
    session.add(
        AuditEntry(
            org_id=who.org_id,
            actor_id=who.user_id,
            actor_name=who.name,
            action=action,
            resource_type=action.partition(".")[0],
            resource_id=str(resource_id),
            details=details,
        )
    )
