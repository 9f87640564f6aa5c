"""Questions in words beside the same SQL, and from a change to its fact. `python -m tests.bench.reporting`"""

import time

from sqlalchemy import text

from app import datasets
from app.core import db
from app.reporting.check import Question, check
from app.reporting.outbox import leave, leave_sql
from app.reporting.postgres.query import PostgresBackend
from app.reporting.project import project
from app.reporting.question import ReportQuery
from app.reporting.scope import Scope
from tests.bench.stage import Stage, interleaved, report, stage

FACTS, ORG, ROUNDS = 1_000_000, 4711, 7
FILL = text(
    """
    insert into run_facts
        (org_id, source_key, occurred_at, run_id, state, datasource, duration_ms, person_id)
    select :org, n::text, timestamptz '2026-01-01Z' + n * interval '20 s', n,
           (array['succeeded', 'succeeded', 'succeeded', 'failed', 'lost'])[1 + n % 5],
           'Source ' || n % 12, n::bigint * 7919 % 100000, n % 40
    from generate_series(1, :count) n
    """
)
QUESTION = {
    "dataset": "runs",
    "time_range": {"from": "2026-01-01T00:00:00Z", "to": "2027-01-01T00:00:00Z"},
    "dimensions": ["datasource", "month"],
    "measures": ["run_count", "failed_count", "avg_duration_ms"],
    "order_by": [{"measure": "run_count", "direction": "desc"}],
}
BY_HAND = text(
    """
    select datasource, date_trunc('month', occurred_at at time zone 'UTC')::date, count(*),
           count(*) filter (where state in ('failed', 'timed_out', 'lost')),
           sum(duration_ms)::float8 / nullif(count(duration_ms), 0)
    from run_facts
    where org_id = :org
      and occurred_at >= timestamptz '2026-01-01Z' and occurred_at < timestamptz '2027-01-01Z'
    group by 1, 2 order by 3 desc, 1, 2 limit 100
    """
)
SOURCES = text(
    """
    insert into runs (org_id, datasource_id, requested_by, trigger, state, sql, timeout_s, max_rows,
                      max_bytes, queued_at, started_at, beat_at, finished_at, row_count, byte_count)
    select org_id, datasource_id, requested_by, trigger, 'succeeded', 'select 1', 1, 1, 1,
           now(), now(), now(), now(), 1, 1
    from (select * from runs order by id limit 1) one, generate_series(1, :count)
    returning id, org_id
    """
)
WRITE = text("update orgs set name = name")
TOLD = text(
    f"""
    with changed as (update orgs set name = name returning id, id as org_id)
    {leave_sql("runs", "changed")}
    """
)
LAG = text("select max(extract(epoch from now() - left_at)) from report_outbox")


def main() -> None:
    with stage() as ready:
        reporting(ready)


def reporting(ready: Stage) -> None:
    datasets.offer()
    ready.run("select 1")
    for name in ("worker", "scheduler"):
        ready.installation.stop(name)
    _questions()
    _outbox()
    _projector()
    _lag(ready)


def _questions() -> None:
    with db.autocommit() as connection:
        connection.execute(FILL, {"org": ORG, "count": FACTS})
        connection.execute(text("vacuum analyze run_facts"))
    scope, backend = Scope(ORG), PostgresBackend()
    question = check(scope, ReportQuery.model_validate(QUESTION))
    semantic, hand = interleaved(ROUNDS, lambda: _ask(backend, scope, question), _by_hand)
    report("report_by_hand", hand * 1000, "ms", f"hand-written SQL over {FACTS:,} facts")
    report("report_question", semantic * 1000, "ms", "the same in words")
    report("report_ratio", (semantic - 0.005) / hand, "x", "beyond 5 ms; goal 1.1")
    with db.autocommit() as connection:
        connection.execute(text("delete from run_facts where org_id = :org"), {"org": ORG})


def _outbox() -> None:
    """A small write with its outbox row against the same write without: as a statement of its own, as few
    writes leave it, and as part of the write, as runs and views do.
    """
    plain, told, within = interleaved(500, _write, lambda: _write(apart=True), lambda: _write(within=True))
    report("outbox_row", (told - plain) * 1000, "ms", "what a write pays; goal 0.3")
    report("outbox_row_within", (within - plain) * 1000, "ms", "as part of the write; goal 0.3")
    project()


def _projector() -> None:
    count = 20_000
    with db.transaction() as session:
        for row in session.execute(SOURCES, {"count": count}):
            leave(session, "runs", row.org_id, row.id)
    begun = time.perf_counter()
    while project():
        pass
    report("projector", count / (time.perf_counter() - begun), "facts/s", "goal 5,000")


def _lag(ready: Stage) -> None:
    """The oldest waiting change while 500 runs a minute end."""
    worst = 0.0
    for name in ("worker", "scheduler"):
        ready.installation.start(name)
    ready.run("select 1")
    with db.autocommit() as connection:
        for _ in range(100):
            begun = time.perf_counter()
            ready.run("select 1")
            worst = max(worst, float(connection.execute(LAG).scalar() or 0))
            time.sleep(max(0.0, 0.12 - (time.perf_counter() - begun)))
    report("facts_lag", worst, "s", "at 500 runs a minute; goal 2")


def _ask(backend: PostgresBackend, scope: Scope, question: Question) -> None:
    backend.query(scope, question)


def _by_hand() -> None:
    with db.engine().begin() as connection:
        connection.execute(BY_HAND, {"org": ORG}).all()


def _write(apart: bool = False, within: bool = False) -> None:
    with db.transaction() as session:
        session.execute(TOLD if within else WRITE)
        if apart:
            leave(session, "runs", ORG, 1)


if __name__ == "__main__":
    main()
