"""Every metric that Plumbline records. Names as Prometheus has them: base units, `_total` on what grows."""

from dataclasses import dataclass
from enum import StrEnum

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
AGES = (1.0, 10.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0, 86_400.0, 604_800.0)


class Category(StrEnum):
    """What a series is about. `custom` are those that the org's own probes send."""

    RUNS = "runs"
    CACHE = "cache"
    SLOTS = "slots"
    SCHEDULES = "schedules"
    DASHBOARDS = "dashboards"
    WORKERS = "workers"
    QUEUE = "queue"
    WEB = "web"
    PROJECTOR = "projector"
    RETENTION = "retention"
    DATASOURCES = "datasources"
    ACCOUNTS = "accounts"
    TELEMETRY = "telemetry"
    CUSTOM = "custom"


class Kind(StrEnum):
    """`counter` and `histogram` have totals since the beginning; a `gauge` is what it was at a time."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Metric:
    """`labels` are the names of a series' tags; that called `target` is its target too.

    `often`: values that fall into one flush are kept as one, whose tags say how many they were.
    """

    name: str
    kind: Kind
    category: Category
    unit: str
    help: str
    labels: tuple[str, ...] = ()
    target: str = ""
    buckets: tuple[float, ...] = ()
    often: bool = False


_ALL: dict[str, Metric] = {}


def metric_named(name: str) -> Metric | None:
    return _ALL.get(name)


def _counter(name: str, category: Category, help: str, *labels: str, often: bool = False) -> Metric:
    return _keep(Metric(name, Kind.COUNTER, category, "", help, labels, _first(labels), often=often))


def _histogram(
    name: str,
    category: Category,
    help: str,
    *labels: str,
    buckets: tuple[float, ...] = SECONDS,
    often: bool = False,
) -> Metric:
    first = _first(labels)
    return _keep(Metric(name, Kind.HISTOGRAM, category, "s", help, labels, first, buckets, often))


def _gauge(name: str, category: Category, help: str, *labels: str, unit: str = "") -> Metric:
    return _keep(Metric(name, Kind.GAUGE, category, unit, help, labels, _first(labels)))


def _first(labels: tuple[str, ...]) -> str:
    return labels[0] if labels else ""


def _keep(metric: Metric) -> Metric:
    _ALL[metric.name] = metric
    return metric


RUNS = _counter("plumb_runs_total", Category.RUNS, "runs that ended", "datasource", "state", "trigger")
RUN_QUEUE = _histogram(
    "plumb_run_queue_seconds", Category.RUNS, "from asked to started", "datasource", "trigger"
)
RUN_DURATION = _histogram(
    "plumb_run_duration_seconds", Category.RUNS, "from started to ended", "datasource", "state"
)
RUN_ROWS = _counter("plumb_run_rows_total", Category.RUNS, "rows that runs returned", "datasource")
RUN_BYTES = _counter("plumb_run_bytes_total", Category.RUNS, "raw bytes that runs returned", "datasource")
CACHE = _counter(
    "plumb_cache_decisions_total",
    Category.CACHE,
    "answers by hit, joined, miss, bypassed, unavailable",
    "decision",
    often=True,
)
SLOTS_USED = _gauge("plumb_slots_used", Category.SLOTS, "slots in use", "datasource")
SLOTS_LIMIT = _gauge("plumb_slots_limit", Category.SLOTS, "slots that there are", "datasource")
RUNS_WAITING = _gauge("plumb_runs_waiting", Category.QUEUE, "runs without a slot", "datasource")
JOBS_QUEUED = _gauge("plumb_jobs_queued", Category.QUEUE, "jobs that wait in Redis", "queue")
SCHEDULE_LAG = _histogram("plumb_schedule_lag_seconds", Category.SCHEDULES, "from due to decided")
TILE_FRESHNESS = _histogram(
    "plumb_tile_freshness_seconds",
    Category.DASHBOARDS,
    "age of a tile's result when it was shown",
    buckets=AGES,
    often=True,
)
WORKERS = _gauge("plumb_workers", Category.WORKERS, "workers that beat", "state")
WORKER_CHANGES = _counter(
    "plumb_worker_changes_total", Category.WORKERS, "workers that started, stopped or were lost", "change"
)
REQUESTS = _histogram(
    "plumb_http_request_duration_seconds",
    Category.WEB,
    "time to answer",
    "route",
    "method",
    "status",
    often=True,
)
PROJECTOR_LAG = _gauge(
    "plumb_projector_lag_seconds", Category.PROJECTOR, "age of the oldest change not projected", unit="s"
)
DELETED = _counter(
    "plumb_retention_deleted_total", Category.RETENTION, "what was deleted for its age", "what"
)
PROBE = _histogram(
    "plumb_datasource_probe_seconds", Category.DATASOURCES, "time of a probe", "datasource", "step"
)
SIGN_INS = _counter("plumb_sign_ins_total", Category.ACCOUNTS, "tries to sign in", "outcome")
DROPPED = _counter(
    "plumb_telemetry_dropped_total", Category.TELEMETRY, "values and events that were not kept", "reason"
)
