"""Ask a question: who asks decides what it is about."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.reporting.backend import Explained
from app.reporting.check import Question, check
from app.reporting.choose import backend_for
from app.reporting.models import Backfill, BackfillState, OutboxRow
from app.reporting.question import ReportQuery
from app.reporting.result import ReportResult
from app.reporting.scope import Scope, scope_of


def ask(session: Session, actor: Actor, query: ReportQuery) -> ReportResult:
    """Raises BadQuestion, TooSlow."""
    scope = scope_of(actor)
    return answer(session, scope, check(scope, query))


def explain(actor: Actor, query: ReportQuery) -> Explained:
    """The statement without running it. Raises BadQuestion."""
    scope = scope_of(actor)
    question = check(scope, query)
    return backend_for(question.dataset).explain(scope, question)


def answer(session: Session, scope: Scope, question: Question) -> ReportResult:
    """Says up to when the facts are complete, as it was before they were read."""
    present, oldest, backfilling = session.execute(_standing(scope, question)).one()
    found = backend_for(question.dataset).query(scope, question)
    if backfilling:
        return found
    as_of = oldest or present
    lag = (present - as_of) // timedelta(milliseconds=1)
    return ReportResult(found.columns, found.rows, as_of, max(0, lag))


def _standing(scope: Scope, question: Question) -> Any:
    """Now, since when the oldest change waits, and whether facts are being made from the beginning."""
    name = question.dataset.name
    oldest = select(func.min(OutboxRow.left_at)).where(
        OutboxRow.org_id == scope.org_id, OutboxRow.dataset == name
    )
    backfilling = select(Backfill.id).where(
        Backfill.dataset == name, Backfill.state == BackfillState.WAITING, Backfill.since.is_(None)
    )
    return select(func.clock_timestamp(), oldest.scalar_subquery(), backfilling.exists())
