"""Leave an audit entry in the transaction of the change itself."""

from sqlalchemy.orm import Session

from app.audit.models import AuditEntry


def record(
    session: Session,
    *,
    org_id: int,
    actor_id: int | None,
    actor_name: str,
    action: str,
    resource_type: str,
    resource_id: int | str,
    **details: str | int | bool | None,
) -> None:
    """Write down one change, such as `datasource.created`. A secret or a value of a query is no detail."""
    session.add(
        AuditEntry(
            org_id=org_id,
            actor_id=actor_id,
            actor_name=actor_name,
            action=action,
            resource_type=resource_type,
            resource_id=str(resource_id),
            details=details,
        )
    )
