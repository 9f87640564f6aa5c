"""The SQL of a rebuilding. Buckets are cut by `date_trunc`, in the database, whose sessions are in UTC.

The events are read once, into a table of the transaction with a row for each bucket and dimension. What is
hashed, compared and written comes from there: a snapshot that was there before is changed in its place, since
that costs a third of deleting and inserting it.
"""

from functools import lru_cache

from sqlalchemy import TextClause, text

from app.analytics.reports.kind import METRICS, TOTAL, ReportKind

BUCKETS = """metric_snapshots.report_id = :report_id and metric_snapshots."window" = :window
          and metric_snapshots.dimension_key = any(:keys) and metric_snapshots.metric_name = any(:metrics)
          and metric_snapshots.bucket_start >= :begin and metric_snapshots.bucket_start < :end"""
PLACE = "bucket_start, dimension_key, dimension_value, metric_name"
WITHIN = """dimension_value collate "C", metric_name collate "C" """
IN_ORDER = f"""bucket_start, dimension_key collate "C", {WITHIN}"""
MOST_CHANGES = 10_000  # that are kept to be looked at; the counts are of all

FRONTIER = text("select cast(pg_current_wal_insert_lsn() as text) as position, clock_timestamp() as clock")
# A row is of one bucket and dimension, in the order of the hash: lists of values and of what belongs to each.
STORED = text(
    f"""
    select cast(extract(epoch from bucket_start) * 1e6 as bigint) as moment, dimension_key,
           cast(json_agg(dimension_value order by {WITHIN}) as text) as dimension_values,
           cast(json_agg(json_build_array(metric_name, metric_value) order by {WITHIN}) as text) as metrics
    from metric_snapshots where {BUCKETS} and run_id = :run_id
    group by bucket_start, dimension_key order by bucket_start, dimension_key collate "C"
    """
)


@lru_cache
def aggregate_sql(kind: ReportKind) -> str:
    """The numbers of a range of buckets: of each whole bucket, also where nothing happened in it, and of each
    value of the dimension; `bucket_start`, `dimension_key`, `dimension_value`, and a column for each metric.
    """
    metrics = ", ".join(kind.metrics)
    counted = ", ".join(f"cast({METRICS[name]} as bigint) as {name}" for name in kind.metrics)
    whole = ", ".join(f"cast(coalesce(sum({name}), 0) as bigint) as {name}" for name in kind.metrics)
    return f"""\
with counted as materialized (
    select date_trunc(:window, occurred_at) as bucket_start, {kind.expression} as value, {counted}
    from analytics_events
    where org_id = :org_id and occurred_at >= :begin and occurred_at < :end
    group by 1, 2
), buckets as (
    select generate_series(cast(:begin as timestamptz), cast(:end as timestamptz) - interval '1 microsecond',
                           cast('1 ' || :window as interval)) as bucket_start
)
select bucket_start, '{TOTAL}' as dimension_key, '' as dimension_value, {whole}
from buckets left join counted using (bucket_start) group by bucket_start
union all
select bucket_start, '{kind.dimension}', {kind.worded}, {metrics} from counted {kind.join}
"""


@lru_cache
def make_sql(kind: ReportKind) -> TextClause:
    """Puts them into the table `made`, bucket by bucket: what is near in the index is written together."""
    return text(
        f"""
        create temporary table made on commit drop as
        select * from ({aggregate_sql(kind)}) numbers order by bucket_start
        """
    )


@lru_cache
def replace_sql(kind: ReportKind) -> TextClause:
    """Brings the snapshots to what was made and keeps the first changes; says of each metric what it did."""
    pairs = ", ".join(f"('{name}', {name})" for name in kind.metrics)
    return text(
        f"""
        with old as (
            select {PLACE}, metric_value as before, ctid as tid from metric_snapshots where {BUCKETS}
        ), new as (
            select bucket_start, dimension_key, dimension_value, metric.name as metric_name,
                   metric.value as after
            from made cross join lateral (values {pairs}) as metric (name, value)
        ), compared as materialized (
            select {PLACE}, before, after, tid from new full join old using ({PLACE})
        ), differing as materialized (
            select * from compared where before is distinct from after
        ), changed as (
            update metric_snapshots set metric_value = after, run_id = :run_id
            from compared where metric_snapshots.ctid = tid and after is not null and {BUCKETS}
        ), removed as (
            delete from metric_snapshots
            where ctid = any(array(select tid from differing where after is null))
        ), added as (
            insert into metric_snapshots (org_id, report_id, "window", {PLACE}, metric_value, run_id)
            select :org_id, :report_id, :window, {PLACE}, after, :run_id from differing where tid is null
        ), kept as (
            insert into recompute_changes (run_id, position, {PLACE}, before, after)
            select :run_id, row_number() over (order by {IN_ORDER}), {PLACE}, before, after
            from differing where exists (select from old)
            order by 2 limit {MOST_CHANGES}
        )
        select metric_name, count(after) as rows, count(before) as rows_before,
               count(*) filter (where before is null) as added,
               count(*) filter (where after is null) as removed,
               count(*) filter (where before <> after) as changed,
               cast(coalesce(sum(before) filter (where dimension_key = '{TOTAL}'), 0) as bigint) as before,
               cast(coalesce(sum(after) filter (where dimension_key = '{TOTAL}'), 0) as bigint) as after
        from compared group by metric_name
        """
    )


@lru_cache
def made_sql(kind: ReportKind) -> TextClause:
    """What was made: rows as of `STORED`, but in no order within, and with a list for each metric by name."""
    numbers = ", ".join(f"cast(json_agg({name}) as text)" for name in sorted(kind.metrics))
    return text(
        f"""
        select cast(extract(epoch from bucket_start) * 1e6 as bigint) as moment, dimension_key,
               cast(json_agg(dimension_value) as text), {numbers}
        from made group by bucket_start, dimension_key order by bucket_start, dimension_key collate "C"
        """
    )
