"""Asking for many who look at one moment: one asks, the others wait for its answer."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.core.errors import Problem
from app.reports.answer import ask_report, check
from app.reports.find import newest_answer
from app.reports.models import ReportFailure, ReportVersion


def ask_together(session: Session, actor: Actor, version: ReportVersion, newer_than: datetime) -> bool:
    """Whether it was asked: not where somebody has been answered after `newer_than`. The caller commits.

    A try without an answer is kept as `ReportFailure`. Raises BadQuestion where this actor may not ask it.
    """
    check(actor, version)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"report {version.id}", 0))))
    found = newest_answer(session, version)
    if found is not None and found.data is not None and found.asked_at > newer_than:
        return False
    try:
        ask_report(session, actor, version)
    except Problem as error:
        _keep_failure(session, version, error.detail)
    return True


def _keep_failure(session: Session, version: ReportVersion, message: str) -> None:
    moment = now()
    first = insert(ReportFailure).values(
        version_id=version.id, since=moment, last_at=moment, tries=1, message=message
    )
    again = {"last_at": moment, "tries": ReportFailure.tries + 1, "message": message}
    session.execute(first.on_conflict_do_update(index_elements=[ReportFailure.version_id], set_=again))
