"""Give a datasource a rest: nothing new is sent to it, and whoever asks is told why."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.models import Role
from app.core.clock import now
from app.core.errors import Invalid
from app.datasources.create import audit
from app.datasources.models import Datasource

LONGEST_REASON = 200


def pause_datasource(session: Session, actor: Actor, datasource: Datasource, reason: str) -> None:
    """What was asked before still runs. Again with another reason changes that. Raises Forbidden, Invalid."""
    need(actor, Role.ADMIN)
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        said = f"Say in up to {LONGEST_REASON} characters why: whoever asks for a run will read it."
        raise Invalid(said, fields={"reason": said})
    datasource.paused_at, datasource.paused_by, datasource.paused_reason = now(), actor.user_id, reason
    audit(session, actor, "paused", datasource, reason=reason)


def resume_datasource(session: Session, actor: Actor, datasource: Datasource) -> None:
    """Raises Forbidden. Of one that is not paused it changes nothing."""
    need(actor, Role.ADMIN)
    if datasource.paused_at is not None:
        datasource.paused_at = datasource.paused_by = datasource.paused_reason = None
        audit(session, actor, "resumed", datasource)


def why_paused(datasource: Datasource) -> str | None:
    """A sentence for the one who asks, None when it is not paused."""
    if datasource.paused_at is None:
        return None
    reason = (datasource.paused_reason or "").rstrip(".")
    return f"The datasource {datasource.name} is paused: {reason}."


def refuse_paused(datasource: Datasource) -> None:
    """Raises Invalid at `datasource_id`."""
    if said := why_paused(datasource):
        said = f"{said} Try again when an admin has resumed it."
        raise Invalid(said, fields={"datasource_id": said})
