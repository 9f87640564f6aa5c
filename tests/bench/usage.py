"""The page of usage over 1,000,000 runs of a month, against counting them. `python -m tests.bench.usage`"""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.accounts.create import actor_by_email
from app.admin.usage.count import count_usage
from app.core import db
from app.core.clock import now
from tests.bench.stage import Stage, interleaved, report, stage

RUNS = 1_000_000
FILL = text(
    """
    insert into runs (org_id, datasource_id, requested_by, trigger, state, sql,
                      timeout_s, max_rows, max_bytes, queued_at, started_at, finished_at,
                      beat_at, worker, attempt, row_count, byte_count)
    select :org_id, :datasource_id, (cast(:people as bigint[]))[1 + n % cast(:persons as int)],
           'person', 'succeeded', 'select 1', 60, 100, 1000, at, at, at + n % 9000 * interval '1 ms',
           at, 'w', 1, n % 5000, n % 5000 * 8
    from (select n, now() - n * (interval '29 days' / cast(:runs as float8)) as at
          from generate_series(1, cast(:runs as int)) n) made
    """
)
YARDSTICK = text("select count(*), sum(row_count) from runs where org_id = :org_id and finished_at >= :start")


def main() -> None:
    with stage() as ready:
        usage(ready)


def usage(ready: Stage, runs: int = RUNS) -> None:
    with db.transaction() as session:
        dana = actor_by_email(session, "dana@example.com")
        people = list(
            session.scalars(text("select user_id from memberships where org_id = :id"), {"id": dana.org_id})
        )
        values = {"org_id": dana.org_id, "datasource_id": ready.datasource_id, "runs": runs}
        session.execute(FILL, values | {"people": people, "persons": len(people)})
    with db.autocommit() as connection:
        connection.execute(text("vacuum analyze runs"))

    def counted() -> None:
        with db.reading_session() as session:
            assert count_usage(session, dana, 30).total.runs >= runs

    def yardstick() -> None:
        with db.reading_session() as session:
            asked: dict[str, Any] = {"org_id": dana.org_id, "start": now() - timedelta(days=30)}
            session.execute(YARDSTICK, asked).all()

    took, plain = interleaved(5, counted, yardstick)
    report("usage_page", took * 1000, "ms", "of 1,000,000 runs in 30 days, all of its tables")
    report("usage_page_ratio", took / plain, "x", "of counting the same runs along the same index")


if __name__ == "__main__":
    main()
