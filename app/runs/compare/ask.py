"""Ask for a run again, exactly as it was, to compare both."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import Conflict
from app.runs.compare.models import Comparison
from app.runs.models import Run, RunState, Trigger
from app.runs.retention.again import repeat_run


def ask_again(session: Session, actor: Actor, run: Run, trigger: Trigger) -> Comparison:
    """A comparison of the run with a new one of the same SQL, values and limits.

    The run comes with its datasource, version and values. Raises Conflict while it moves, Forbidden for a
    viewer who could not have asked for it, and Invalid when it cannot be run any more.
    """
    if not RunState(run.state).settled:
        raise Conflict(f"Run {run.id} is {run.state}. Compare it once it is settled.")
    other = repeat_run(session, actor, run, trigger)
    comparison = Comparison(run_id=run.id, other_id=other.id, org_id=actor.org_id, requested_by=actor.user_id)
    session.add(comparison)
    session.flush()
    return comparison
