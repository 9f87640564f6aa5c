"""Chunks that belong to no result: of a run that did not succeed, or whose result has expired."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.admin.consistency.finding import Finding

_NO_RESULT = "runs.id = run_id and (runs.state <> 'succeeded' or runs.result_deleted_at is not null)"
DANGLING = text(
    f"""
    select run_id, runs.state, count(*) as chunks from result_chunks join runs on {_NO_RESULT}
    group by 1, 2 order by 1
    """
)
DELETE = text(f"delete from result_chunks using runs where run_id = :run_id and {_NO_RESULT}")


def dangling_chunks(session: Session, *, apply: bool) -> Iterator[Finding]:
    for row in session.execute(DANGLING).all():
        why = "whose result has expired" if row.state == "succeeded" else f"that is {row.state}"
        found = Finding(f"run {row.run_id}", f"{row.chunks} chunks of a run {why}")
        if apply:
            session.execute(DELETE, {"run_id": row.run_id})
            session.commit()
            found = Finding(found.subject, found.what, "They are deleted")
        yield found
