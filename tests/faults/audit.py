"""The auditor: once everything answers again, what must agree does, in each table and between them."""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta

from sqlalchemy import text

from app.analytics.models import ACTIVE
from app.core import db
from app.core.clock import now
from app.runs.storage import uploads
from tests.faults.site import Site
from tests.faults.traffic import OUTAGE, Traffic
from tests.objects import ObjectStore

WITHIN_S = 150.0  # a claim of a projector that died is a minute old before another takes it

LEDGER = """
with due as (
    select schedules.id, at from schedules, generate_series(
        starts_at, next_due_at - interval '1 s', make_interval(mins => every_minutes)) at
), wrong as (
    select due.id, due.at, count(refreshes.id) as rows from due
    left join refreshes on schedule_id = due.id and due_at = due.at and asked_by is null
    group by 1, 2 having count(refreshes.id) <> 1
    union all
    select schedule_id, due_at, -1 from refreshes
    where asked_by is null and not exists (select from due where due.id = schedule_id and at = due_at)
    union all
    select schedule_id, due_at, -2 from refreshes where decided_at < due_at - interval '2 s'
)
select format('schedule %s, due %s: %s', id, at, case rows when -1 then 'it was never due'
       when -2 then 'it was decided before it was due' else rows || ' rows in the ledger' end) from wrong
"""
BEHIND = """
select format('schedule %s was due at %s, and nobody looked', id, next_due_at) from schedules
where next_due_at < clock_timestamp() - interval '10 s'
"""
UNENDED = """
select format('refresh %s has not ended, its run has', refreshes.id) from refreshes
join runs on runs.id = run_id where ended is null and runs.finished_at is not null
"""
CLAIMS = "select format('the fact of %s %s is not made: %s', dataset, source_key, error) from report_outbox"
FACTS = """
select format('%s facts and %s runs are %s', facts.count, runs.count, state) from
    (select state, count(*) from runs where finished_at is not null group by 1) runs
    full join (select state, count(*) from run_facts group by 1) facts using (state)
where facts.count is distinct from runs.count
union all
select format('%s facts and %s refreshes', facts, rows) from
    (select (select count(*) from refresh_facts) as facts, (select count(*) from refreshes) as rows) counted
where facts <> rows
"""
COUNTED_TWICE = """
select format('telemetry counted %s runs that are %s, there are %s', told.sum, state, runs.count) from
    (select tags ->> 'state' as state, sum(sum) from metric_totals join metric_series on id = series_id
     where name = 'plumb_runs_total' group by 1) told
    left join (select state, count(*) from runs group by 1) runs using (state)
where told.sum > coalesce(runs.count, 0)
"""
RECOMPUTES = f"""
select format('recomputation %s is %s', id, state) from recompute_runs
where state in {tuple(map(str, ACTIVE))}
"""
SNAPSHOTS = """
select format('snapshots count %s events, there are %s', counted, there) from
    (select (select coalesce(sum(metric_value), 0) from metric_snapshots
             join report_definitions on report_definitions.id = report_id
             where slug = 'volume-by-period' and "window" = 'day'
               and dimension_key = 'total' and metric_name = 'event_count') as counted,
            (select count(*) from analytics_events) as there) both_of_them
where counted <> there
"""
LOCKS = "select format('a lock is held: %s %s', classid, objid) from pg_locks where locktype = 'advisory'"
STRAYS = "select format('nobody stopped run %s in its source', run_id) from run_strays"
UPLOADS = """
select format('upload %s of run %s, %s, was kept', result_uploads.id, run_id, state)
from result_uploads join runs on runs.id = run_id where kept_at is not null and state <> 'succeeded'
"""
SHORT = text(
    """
    select (select count(*) from runs where finished_at is not null) - coalesce(sum(sum), 0)
    from metric_totals join metric_series on id = series_id where name = 'plumb_runs_total'
    """
)


class Auditor:
    """Of one installation, which is left in peace for as long as it looks."""

    def __init__(self, site: Site, traffic: Traffic, bucket: ObjectStore) -> None:
        self._site, self._traffic, self._bucket = site, traffic, bucket

    def broken(self) -> list[str]:
        """Each thing that does not hold, in words."""
        return [
            *self._accepted(),
            *self._site.invariants.broken(),
            *_until_none(LEDGER, UPLOADS),
            *_until_none(BEHIND, UNENDED, CLAIMS, RECOMPUTES, LOCKS, STRAYS),
            *_until_none(FACTS, COUNTED_TWICE),
            *self._snapshots(),
            *self._orphans(),
            *self._traffic.broken,
        ]

    def untold(self) -> int:
        """Runs that telemetry never heard of: whoever knew was killed within the seconds before it wrote."""
        with db.autocommit() as connection:
            return int(connection.scalar(SHORT) or 0)

    def _accepted(self) -> list[str]:
        with db.autocommit() as connection:
            there = set(connection.scalars(text("select id from runs")))
        return [f"run {run} was accepted and is not there" for run in sorted(self._traffic.accepted - there)]

    def _snapshots(self) -> list[str]:
        """Once all days of the events are computed anew, they count what there is."""
        first, last = (now() - timedelta(days=days) for days in (5, 0))
        deadline = time.monotonic() + WITHIN_S
        while True:
            try:
                self._traffic.recompute(first.date().isoformat(), last.date().isoformat())
                break
            except OUTAGE:  # 409 while the traffic's own is under way
                if time.monotonic() > deadline:
                    return ["no recompute can be asked for"]
                time.sleep(0.3)
        return _until_none(RECOMPUTES) or _until_none(SNAPSHOTS)

    def _orphans(self) -> list[str]:
        """What nobody keeps is gone from the bucket when its grace has passed."""
        grace, uploads.GRACE = uploads.GRACE, timedelta()
        try:
            uploads.sweep_uploads()
        finally:
            uploads.GRACE = grace
        with db.autocommit() as connection:
            kept = set(
                connection.scalars(text("select folder from result_uploads where kept_at is not null"))
            )
        found = {key.split("/")[-2] for key in self._bucket.keys()}  # noqa: SIM118
        return [f"nobody knows the objects in {folder}" for folder in sorted(found - kept)]


def _until_none(*statements: str) -> list[str]:
    """What these still say of things that are wrong, once there was time to put them right."""
    deadline = time.monotonic() + WITHIN_S
    return _waiting(lambda: [words for each in statements for words in _said(each)], deadline)


def _waiting(look: Callable[[], list[str]], deadline: float) -> list[str]:
    while (found := look()) and time.monotonic() < deadline:
        time.sleep(0.3)
    return found


def _said(statement: str) -> Iterable[str]:
    with db.autocommit() as connection:
        return connection.scalars(text(statement)).all()
