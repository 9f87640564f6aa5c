"""The SQL of a rebuilding. Buckets are cut by `date_trunc`, in the database, whose sessions are in UTC."""

from functools import lru_cache

from sqlalchemy import text

from app.analytics.reports.kind import METRICS, TOTAL, ReportKind

BUCKETS = """report_id = :report_id and "window" = :window and dimension_key = any(:keys)
          and metric_name = any(:metrics) and bucket_start >= :begin and bucket_start < :end"""
PLACE = "bucket_start, dimension_key, dimension_value, metric_name"
IN_ORDER = (
    """bucket_start, dimension_key collate "C", dimension_value collate "C", metric_name collate "C" """
)
MOST_CHANGES = 10_000  # that are kept to be looked at; the counts are of all

BEFORE = text(
    """
    create temporary table replaced (
        bucket_start timestamptz, dimension_key text, dimension_value text, metric_name text,
        metric_value bigint
    ) on commit drop
    """
)
DELETE = text(
    f"""
    with gone as (
        delete from metric_snapshots where {BUCKETS} returning {PLACE}, metric_value
    )
    insert into replaced select {PLACE}, metric_value from gone
    """
)
COMPARE = text(
    f"""
    with made as (
        select {PLACE}, metric_value from metric_snapshots where {BUCKETS}
    ), compared as (
        select {PLACE}, replaced.metric_value as before, made.metric_value as after
        from made full join replaced using ({PLACE})
    ), kept as (
        insert into recompute_changes (run_id, position, {PLACE}, before, after)
        select :run_id, row_number() over (order by {IN_ORDER}), {PLACE}, before, after
        from compared where before is distinct from after
        order by 2 limit {MOST_CHANGES}
    )
    select count(*) filter (where before is null) as added, count(*) filter (where after is null) as removed,
           count(*) filter (where before <> after) as changed
    from compared
    """
)
TOTALS = text(
    f"""
    select metric_name, cast(sum(before) as bigint) as before, cast(sum(after) as bigint) as after
    from (
        select metric_name, 0 as before, metric_value as after from metric_snapshots
        where {BUCKETS} and dimension_key = '{TOTAL}'
        union all
        select metric_name, metric_value, 0 from replaced where dimension_key = '{TOTAL}'
    ) both_sides
    group by metric_name
    """
)
FRONTIER = text("select cast(pg_current_wal_insert_lsn() as text) as position, clock_timestamp() as clock")
MADE = f"""
    select {PLACE}, metric_value from metric_snapshots
    where {BUCKETS} and run_id = :run_id
    order by {IN_ORDER}
"""


@lru_cache
def rebuild_sql(kind: ReportKind) -> str:
    """Inserts the snapshots of a range of buckets, each whole bucket also where nothing happened in it."""
    metrics = ", ".join(kind.metrics)
    counted = ", ".join(f"cast({METRICS[name]} as bigint) as {name}" for name in kind.metrics)
    whole = ", ".join(f"cast(coalesce(sum({name}), 0) as bigint) as {name}" for name in kind.metrics)
    pairs = ", ".join(f"('{name}', {name})" for name in kind.metrics)
    return f"""\
insert into metric_snapshots (org_id, report_id, "window", bucket_start, dimension_key, dimension_value,
                              metric_name, metric_value, run_id)
with counted as materialized (
    select date_trunc(:window, occurred_at) as bucket_start, {kind.expression} as value, {counted}
    from analytics_events
    where org_id = :org_id and occurred_at >= :begin and occurred_at < :end
    group by 1, 2
), buckets as (
    select generate_series(cast(:begin as timestamptz), cast(:end as timestamptz) - interval '1 microsecond',
                           cast('1 ' || :window as interval)) as bucket_start
), numbers as (
    select bucket_start, '{TOTAL}' as dimension_key, '' as dimension_value, {whole}
    from buckets left join counted using (bucket_start) group by bucket_start
    union all
    select bucket_start, '{kind.dimension}', {kind.worded}, {metrics} from counted {kind.join}
)
select :org_id, :report_id, :window, bucket_start, dimension_key, dimension_value, metric.name, metric.value,
       :run_id
from numbers cross join lateral (values {pairs}) as metric (name, value)
"""
