"""Results that are not what their run and its evidence say."""

import json
from collections.abc import Collection, Iterator

from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload, selectinload

from app.admin.consistency.finding import Finding
from app.audit.record import PLUMBLINE, record
from app.core.clock import now
from app.evidence.verify import Outcome, Verdict, differs, unavailable
from app.runs.evidence.check import check
from app.runs.evidence.find import find_report
from app.runs.models import Run, RunState
from app.runs.retention.expire import forget_results
from app.runs.storage.bucket import StoreAway

AT_ONCE = 2_000
OF_THE_RESULT = frozenset({"output_hash", "row_count"})

COUNTED = text(
    """
    select runs.id, row_count, byte_count, coalesce(held.rows, 0) as rows, coalesce(held.bytes, 0) as bytes,
           coalesce(held.gapless, true) as gapless
    from (select id, row_count, byte_count from runs
          where id > :after and state = 'succeeded' and result_deleted_at is null
          order by id limit :at_once) runs
    left join lateral (
        select sum(row_count) as rows, sum(raw_bytes) as bytes, bool_and(first_row = before) as gapless
        from (select row_count, raw_bytes, first_row,
                     coalesce(sum(row_count) over (order by first_row
                              rows between unbounded preceding and 1 preceding), 0) as before
              from result_chunks where run_id = runs.id) chunks
    ) held on true
    order by id
    """
)
RECOUNT = text("update runs set row_count = :rows, byte_count = :bytes where id = :run_id")


class Mender:
    """Who is named in the audit log."""

    user_id = None
    name = PLUMBLINE

    def __init__(self, org_id: int) -> None:
        self.org_id = org_id


def wrong_counts(session: Session, *, apply: bool) -> Iterator[Finding]:
    """Of every result that is kept. What it holds decides when its evidence agrees with that."""
    after = 0
    while rows := session.execute(COUNTED, {"after": after, "at_once": AT_ONCE}).all():
        after = rows[-1].id
        for row in rows:
            counted = row.rows == row.row_count and row.bytes == row.byte_count
            if not counted or not row.gapless:
                what = f"its run says {row.row_count:,} rows and {row.byte_count:,} bytes, its chunks hold"
                what += f" {row.rows:,} and {row.bytes:,}" + ("" if row.gapless else ", with a gap")
                yield _mended(session, row.id, what, row) if apply else Finding(f"run {row.id}", what)


def bad_evidence(
    session: Session, newest: int | None, known: Collection[str], *, apply: bool
) -> Iterator[Finding]:
    """Of the newest runs so many, or all, but not of those `known`, which `wrong_counts` has told of.

    A result that is not what was hashed is set aside.
    """
    ids = select(Run.id).where(Run.finished_at.is_not(None)).order_by(Run.id.desc()).limit(newest)
    for run_id in session.scalars(ids).all():
        if f"run {run_id}" in known:
            continue
        verdict = _verdict(session, run_id)
        if verdict.outcome is not Outcome.DIFFERS:
            continue
        what = f"its {verdict.field} was {verdict.expected}, now: {(verdict.found or '').rstrip('.')}"
        if verdict.field not in OF_THE_RESULT:
            advice = "The report itself was changed: bring its row back from a backup"
            yield Finding(f"run {run_id}", what, advice=advice)
        elif apply:
            yield Finding(f"run {run_id}", what, _set_aside(session, run_id))
        else:
            yield Finding(f"run {run_id}", what)


def _mended(session: Session, run_id: int, what: str, held: object) -> Finding:
    subject = f"run {run_id}"
    counts = {"rows": held.rows, "bytes": held.bytes, "run_id": run_id}  # type: ignore[attr-defined]
    session.execute(RECOUNT, counts)
    verdict = _verdict(session, run_id, committed=False)
    if verdict.passed:
        _note(session, run_id, "recounted")
        session.commit()
        return Finding(subject, what, "The run says what its chunks hold, as its evidence does")
    session.rollback()
    if verdict.outcome is Outcome.UNAVAILABLE:
        return Finding(subject, what, advice=f"Its evidence cannot decide: {verdict.reason}")
    return Finding(subject, what, _set_aside(session, run_id))


def _set_aside(session: Session, run_id: int) -> str:
    forget_results(session.connection(), [run_id], now())
    _note(session, run_id, "set_aside")
    session.commit()
    return "Its rows are deleted, so that nobody is shown them; the run and its evidence stay"


def _note(session: Session, run_id: int, deed: str) -> None:
    record(session, Mender(session.get_one(Run, run_id).org_id), f"run.{deed}", run_id)


def _strictly(session: Session, run: Run, verdict: Verdict) -> Verdict:
    """A result could be hashed when it was stored: what cannot be any more is something else."""
    if verdict.outcome is not Outcome.UNAVAILABLE or run.state != RunState.SUCCEEDED:
        return verdict
    hashed = json.loads(find_report(session, run).body).get("output_hash")
    return differs("output_hash", hashed, verdict.reason) if hashed and not run.result_deleted_at else verdict


def _verdict(session: Session, run_id: int, *, committed: bool = True) -> Verdict:
    """Nothing is kept in the session: a check may see very many runs."""
    session.expunge_all()
    look = select(Run).where(Run.id == run_id)
    run = session.scalars(look.options(joinedload(Run.datasource), selectinload(Run.values))).one()
    assert RunState(run.state).settled
    try:
        verdict = _strictly(session, run, check(session, run))
    except StoreAway as away:
        verdict = unavailable(away.detail)
    session.expunge_all()
    if committed:
        session.rollback()
    return verdict
