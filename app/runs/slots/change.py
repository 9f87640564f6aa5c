"""Change how many runs a datasource takes at once, while the system runs."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.core.db import after_commit
from app.core.errors import Invalid
from app.datasources.create import audit
from app.datasources.models import Datasource
from app.runs.slots.promote import promote_quietly

MOST = 1000


def change_slots(session: Session, actor: Actor, datasource: Datasource, slots: int | None) -> None:
    """None is the installation's default. More slots are given to who waits at once; with fewer, what runs
    is finished and nothing new starts before.

    Raises Invalid at `slots` unless it is 1 to MOST.
    """
    if slots is not None and not 1 <= slots <= MOST:
        raise Invalid(fields={"slots": f"Use 1 to {MOST:,}, or nothing for the installation's default."})
    if slots == datasource.slots:
        return
    datasource.slots = slots
    datasource.changed_at = now()
    audit(session, actor, "changed", datasource, fields="slots", slots=slots or "default")
    after_commit(session, promote_quietly)
