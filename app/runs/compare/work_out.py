"""Compare the values of two runs, in a worker: what is found stays with the comparison."""

from typing import Any

import redis
from sqlalchemy import update

from app.core import db
from app.core.clock import now
from app.core.queue import HOUSEKEEPING, enqueue
from app.core.redis import client
from app.evidence.forms import Unhashable
from app.runs.chunks import Damaged
from app.runs.compare.differences import Differences, find_differences
from app.runs.compare.models import Comparison
from app.runs.models import Run
from app.runs.results import all_batches, columns_of
from app.runs.retention.expired import ResultExpired

ASK_EVERY_S = 10


def want_values_compared(comparison: Comparison) -> None:
    """Hand it to a worker, once in a while however often somebody looks: a lost job is asked for again."""
    ids = (comparison.run_id, comparison.other_id)
    try:
        asked = client().set("plumb:comparison:{}:{}".format(*ids), 1, nx=True, ex=ASK_EVERY_S)
    except (redis.RedisError, OSError):
        return
    if asked:
        enqueue("jobs.runs.compare_values", *ids, queue=HOUSEKEEPING)


def compare_values(run_id: int, other_id: int) -> None:
    """Does nothing when it is done already. Raises StoreAway when a result cannot be reached just now."""
    with db.reading_session() as session:
        comparison = session.get(Comparison, (run_id, other_id))
        if comparison is None or comparison.compared_at is not None:
            return
        one, two = session.get_one(Run, run_id), session.get_one(Run, other_id)
        try:
            found = find_differences(
                columns_of(session, one), all_batches(session, one), all_batches(session, two)
            )
            whole = found.rows == (one.row_count, two.row_count)
            outcome = _told(found) if whole else {"problem": "Their rows are not stored any more."}
        except (Damaged, ResultExpired, Unhashable) as error:
            outcome = {"problem": str(error)}
    with db.transaction() as session:
        session.execute(
            update(Comparison)
            .where(
                Comparison.run_id == run_id,
                Comparison.other_id == other_id,
                Comparison.compared_at.is_(None),
            )
            .values(compared_at=now(), **outcome)
        )


def _told(found: Differences) -> dict[str, Any]:
    first = found.first
    return {
        "differing_rows": found.differing_rows,
        "reordered": found.reordered,
        "differing_columns": list(found.columns),
        "first_row": first.row if first else None,
        "first_column": first.column if first else None,
        "first_value": first.value if first else None,
        "other_value": first.other if first else None,
    }
