"""How fresh an answer is, in JSON: of a request that was just answered, and of a run that is looked at."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.evidence.report import Observed
from app.runs.freshness.answer import Answer, Cache
from app.runs.freshness.find import Failing, Good, kept_of
from app.runs.freshness.requested import Requested, cache_of_run
from app.runs.freshness.words import age_ms
from app.runs.models import Run, RunState

FAILED = (RunState.FAILED, RunState.TIMED_OUT, RunState.LOST)


def of_answer(answer: Answer) -> dict[str, Any]:
    return {
        "requested": answer.requested.as_json(),
        "observed": {"state": str(answer.observed), "reason": None},
        "cache": str(answer.cache),
        "as_of": instant(answer.as_of) if answer.as_of else None,
        "age_ms": age_ms(answer.as_of, answer.asked_at) if answer.as_of else None,
        "why": answer.why,
        "newest": good_json(answer.newest),
        "evidence": evidence_of(answer),
    }


def evidence_of(answer: Answer) -> str:
    """Where this answer's report is, once its run is settled; a run that was made for it has its own."""
    address = f"/v1/runs/{answer.run_id}/evidence"
    if answer.cache not in (Cache.HIT, Cache.JOINED):
        return address
    asked = f"max_stale_ms={answer.requested.max_stale_ms}&asked_at={instant(answer.asked_at)}"
    return f"{address}?cache={answer.cache}&{asked}"


def of_run(run: Run) -> dict[str, Any]:
    """What the run was asked for and whether it read the source; `as_of` is when its snapshot was taken."""
    state = RunState(run.state)
    observed, reason = Observed.NOT_APPLICABLE, None
    if state.settled:
        observed = Observed.FRESH if state is RunState.SUCCEEDED else Observed.UNAVAILABLE
        reason = None if state is RunState.SUCCEEDED else run.failure_reason or str(state)
    answered = run.started_at if state is RunState.SUCCEEDED else None
    return {
        "requested": Requested(run.max_stale_ms).as_json(),
        "observed": {"state": str(observed), "reason": reason},
        "cache": str(cache_of_run(run.cache_status)),
        "as_of": instant(answered) if answered else None,
        "age_ms": age_ms(answered) if answered else None,
    }


def events_json(run: Run) -> dict[str, str | None] | None:
    """How far the events had come; None without a watermark, or before the run has a result."""
    if run.events_up_to is None and run.events_reason is None:
        return None
    return {"value": run.events_up_to, "reason": run.events_reason}


def kept_json(session: Session, actor: Actor, run: Run) -> dict[str, Any]:
    """For a run that failed: the newest good result of the same question, and since when it fails."""
    kept = kept_of(session, actor, run) if RunState(run.state) in FAILED else None
    return {"newest": good_json(kept.good), "failing": failing_json(kept.failing)} if kept else {}


def failing_of(session: Session, actor: Actor, run: Run) -> dict[str, Any]:
    """For an answer that is to come: how the tries since the newest good one failed, if they did."""
    kept = kept_of(session, actor, run)
    return {"failing": failing_json(kept.failing)} if kept else {}


def failing_after(session: Session, actor: Actor, run_id: int) -> dict[str, Any]:
    """The same for a stored result that is given again."""
    return failing_of(session, actor, session.get_one(Run, run_id))


def good_json(good: Good | None) -> dict[str, Any] | None:
    if good is None:
        return None
    return {
        "run_id": good.run_id,
        "as_of": instant(good.started_at),
        "age_ms": age_ms(good.started_at),
        "readable": good.readable,
    }


def failing_json(failing: Failing | None) -> dict[str, Any] | None:
    if failing is None:
        return None
    return {
        "since": instant(failing.since),
        "tries": failing.tries,
        "run_id": failing.run_id,
        "last_at": instant(failing.last_at),
        "reason": failing.reason,
        "message": failing.message,
    }


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC."""
    return moment.isoformat().replace("+00:00", "Z")
