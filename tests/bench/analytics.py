"""Events in, snapshots rebuilt, reports read. `python -m tests.bench.analytics [EVENTS]`"""

import sys
import time
from datetime import date, timedelta
from http.client import HTTPConnection
from typing import Any

import orjson
from sqlalchemy import text

from app.accounts.allow import Actor
from app.accounts.create import actor_by_email
from app.analytics.buckets import Days
from app.analytics.definitions import list_definitions
from app.analytics.models import RecomputeRun, Window
from app.analytics.recompute.ask import start_recompute
from app.analytics.recompute.execute import MEMORY, PREPARE, execute_recompute
from app.analytics.recompute.statements import aggregate_sql
from app.analytics.reports.kind import ReportKind
from app.analytics.reports.shipped import ENTITIES, STATUSES, VOLUME
from app.core import db
from tests.bench.stage import Stage, interleaved, report, stage

EVENTS, BATCH, BATCHES, ROUNDS = 1_000_000, 1_000, 40, 5
LAST = date.today() - timedelta(days=1)
YEAR = Days(LAST - timedelta(days=364), LAST)
FILL = text(
    """
    insert into analytics_events (org_id, source_id, external_ref, entity_id, status, processing_ms,
                                  amount_cents, occurred_at, received_at)
    select :org_id, :first_source + n % 3, 'e' || n, 'customer-' || (n::bigint * 7919) % 300,
           (array['paid', 'refunded', 'failed', 'pending'])[1 + (n::bigint * 31) % 4], n % 5000, n % 100000,
           cast(:begin as timestamptz) + n * (interval '365 days' / :count), now()
    from generate_series(0, :count - 1) n
    """
)
RAW = """
insert into raw (org_id, report_id, "window", bucket_start, dimension_key, dimension_value, metric_name,
                 metric_value, run_id)
select :org_id, :report_id, :window, bucket_start, dimension_key, dimension_value, metric.name, metric.value,
       :run_id
from ({numbers}) numbers cross join lateral (values {pairs}) as metric (name, value)
"""


def main(events: int = EVENTS) -> None:
    with stage() as ready:
        analytics(ready, events)


def analytics(ready: Stage, events: int = EVENTS) -> None:
    for slug in ("shop", "app", "till"):
        ready.call("POST", "/v1/event-sources", {"slug": slug, "provider_name": slug})
    _ingest(ready)
    with db.transaction() as session:
        dana = actor_by_email(session, "dana@example.com")
        first = session.scalar(text("select min(id) from event_sources"))
        values = {"org_id": dana.org_id, "first_source": first, "count": events}
        session.execute(text("truncate analytics_events"))
        session.execute(FILL, values | {"begin": YEAR.begin})
    with db.autocommit() as connection:
        connection.execute(text("vacuum analyze analytics_events"))
        connection.execute(text("create table raw (like metric_snapshots including all)"))
    for kind in (VOLUME, STATUSES, ENTITIES):
        _recompute(dana, kind, events)
    with db.autocommit() as connection:
        connection.execute(text("vacuum analyze metric_snapshots"))
    for kind in (VOLUME, STATUSES, ENTITIES):
        _read(ready, kind)


def _ingest(ready: Stage) -> None:
    """One client, one batch after the other, on one connection."""
    bodies = [
        b"\n".join(orjson.dumps(_event(batch * BATCH + n)) for n in range(BATCH)) for batch in range(BATCHES)
    ]
    connection = HTTPConnection("127.0.0.1", ready.installation.port, timeout=120)
    headers = {"Authorization": f"Bearer {ready.token}", "Content-Type": "application/x-ndjson"}
    begun = time.perf_counter()
    for body in bodies:
        connection.request("POST", "/v1/events", body, headers)
        answer = connection.getresponse()
        if answer.status != 201:
            raise RuntimeError(f"{answer.status} {answer.read()[:300]!r}")
        answer.read()
    seconds = time.perf_counter() - begun
    report("events_in", BATCH * BATCHES / seconds, "events/s", f"in batches of {BATCH:,}; goal 20000")


def _event(n: int) -> dict[str, Any]:
    return {
        "source": ("shop", "app", "till")[n % 3],
        "external_ref": f"order-{n}",
        "entity_id": f"customer-{n % 300}",
        "status": "paid",
        "occurred_at": f"{LAST}T{n % 24:02}:{n % 60:02}:00Z",
        "processing_ms": n % 1000,
        "amount_cents": n,
        "payload": {"items": n % 5},
    }


def _recompute(dana: Actor, kind: ReportKind, events: int) -> None:
    with db.transaction() as session:
        definition = next(each for each in list_definitions(session, dana.org_id) if each.slug == kind.slug)
    pairs = ", ".join(f"('{name}', {name})" for name in kind.metrics)
    sql = text(RAW.format(numbers=aggregate_sql(kind), pairs=pairs))

    def ask() -> int:
        with db.transaction() as session:
            return start_recompute(session, definition, Window.DAY, YEAR, "seed", dana).id

    def recompute() -> float:
        run_id = ask()
        begun = time.perf_counter()
        assert execute_recompute(run_id)
        seconds = time.perf_counter() - begun
        with db.new_session() as session:
            summary = session.get_one(RecomputeRun, run_id).summary
        assert summary and summary["events_read"] == events
        return seconds

    def raw() -> float:
        with db.transaction() as session:
            session.execute(text("truncate raw"))
        values = {"org_id": dana.org_id, "report_id": definition.id, "window": "day", "run_id": 1}
        begun = time.perf_counter()
        with db.transaction() as session:
            session.execute(PREPARE, {"memory": MEMORY})
            session.execute(sql, values | {"begin": YEAR.begin, "end": YEAR.end})
        return time.perf_counter() - begun

    def forget() -> None:
        with db.transaction() as session:
            session.execute(text("delete from metric_snapshots"))
        with db.autocommit() as connection:
            connection.execute(text("vacuum metric_snapshots"))

    def first() -> float:
        forget()
        return recompute()

    recompute()  # imports what it needs
    for name, work in (("first", first), ("again", recompute)):
        ours, yardstick = interleaved(ROUNDS, work, raw)
        note = f"{ours:.2f} s where {yardstick:.2f} s are INSERT ... SELECT of {events:,} events; goal 1.15"
        report(f"recompute_{name}_{kind.slug}", ours / yardstick, "x", note)


def _read(ready: Stage, kind: ReportKind) -> None:
    """What the server says that an answer took it."""
    fresh, kept = [], []
    for back in range(20):
        begin = YEAR.first + timedelta(days=back % 5)
        path = f"/v1/reports/{kind.slug}/run?date_from={begin}&date_to={YEAR.last}&limit={100 - back}"
        first, second = (ready.call("GET", path) for _ in range(2))
        if first["cache_hit"] or not second["cache_hit"]:
            raise RuntimeError(f"{path} was read {first['cache_hit']}, {second['cache_hit']} from the cache")
        fresh.append(first["execution_ms"])
        kept.append(second["execution_ms"])
    report(f"year_{kind.slug}", sorted(fresh)[10], "ms", "in the server, median of 20; goal 10")
    report(f"year_{kind.slug}_kept", sorted(kept)[10], "ms", "the same from the cache; goal 2")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
