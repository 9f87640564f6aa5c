"""What telemetry costs: its caller, its writes, its queries. `python -m tests.bench.telemetry [VALUES]`"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy import text

from app.core import db, migrate
from app.core.settings import sqlalchemy_url
from app.local.postgres import PrivatePostgres
from app.telemetry import partitions
from app.telemetry.names import RUN_DURATION
from app.telemetry.questions import OF_METRICS, read_question
from app.telemetry.read import Scope, read_metrics
from app.telemetry.write import flush, observe, shutdown
from app.telemetry.writer import Away, Writer
from tests.bench.stage import interleaved, report

CALLS = 200_000
WRITTEN = 100_000
RATE, FOR_S = 10_000, 10
VALUES, SERIES, DAYS = 10_000_000, 1_000, 30

FILL_S = 120  # then what is there is enough; the day that is asked for comes among the first
FIRST_SERIES = 1_000_000
NAMES = text(
    """
    insert into metric_series
    select :first + n, 1, 'custom', 'bench', 'target ' || n, '{}', '', now()
    from generate_series(0, :series - 1) n
    """
)
MANY = text(
    """
    insert into metric_values
    select :first + cast(n as bigint) * 7919 % :series,
           cast(:day as timestamptz) + n * (interval '1 day' / :count),
           random(), 's', n % 100 > 0, random() * 1000, null
    from generate_series(0, :count - 1) n
    """
)


def main(values: int = VALUES) -> None:
    with tempfile.TemporaryDirectory(prefix="plumb-bench-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        with PrivatePostgres(place / "postgres") as postgres:
            url = sqlalchemy_url(postgres.url)
            migrate.upgrade(url)
            db.connect(url)
            calls()
            writes(postgres.url)
            sustained()
            drops()
            queries(values)
            shutdown()
        away()


def calls() -> None:
    """One call after the other, while what they leave is stored; paced so that nothing is dropped."""
    taken = _timed(CALLS, lambda: observe(RUN_DURATION, 0.1, "1", "succeeded", org_id=1), pause_every=500)
    flush(60)
    _report_calls("telemetry_call", taken, "while values are stored")


def away() -> None:
    """Postgres is gone, and its server with it: the queue fills, then drops."""
    db.connect("postgresql+psycopg://nobody@127.0.0.1:1/nowhere")
    taken = _timed(CALLS, lambda: observe(RUN_DURATION, 0.1, "1", "succeeded", org_id=1), pause_every=500)
    _report_calls("telemetry_call_away", taken, "Postgres stopped, the queue full at the end")


def writes(url: str) -> None:
    """Our whole path, queue to commit, beside psql's \\copy of the same rows into the same tables."""
    observe(RUN_DURATION, 0.1, "1", "succeeded", org_id=1)
    flush()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table same (like metric_values)")

        def ours() -> float:
            begun = time.perf_counter()
            for done in range(0, WRITTEN, 40_000):
                for _ in range(min(40_000, WRITTEN - done)):
                    observe(RUN_DURATION, 0.1, "1", "succeeded", org_id=1, duration_ms=100.0)
                flush(60)
            return time.perf_counter() - begun

        def copied() -> float:
            with connection.cursor() as cursor:
                with cursor.copy("copy (select * from metric_values limit 100000) to stdout") as out:
                    rows = b"".join(bytes(each) for each in out)
                begun = time.perf_counter()
                with cursor.copy("copy metric_values from stdin") as into:
                    into.write(rows)
                return time.perf_counter() - begun

        ours()
        own, yardstick = interleaved(5, ours, copied)
    report("telemetry_write", WRITTEN / own, "values/s", "calls, queue, COPY, totals, commit")
    report("telemetry_copy", WRITTEN / yardstick, "values/s", "COPY of as many rows, ready as text")
    report("telemetry_write_ratio", own / yardstick, "x copy", "goal 3")


def sustained() -> None:
    """So many values a second for a while: what is dropped."""
    before = _stored()
    begun = time.perf_counter()
    for number in range(RATE * FOR_S):
        observe(RUN_DURATION, 0.1, "1", "succeeded", org_id=1)
        ahead = number / RATE - (time.perf_counter() - begun)
        if ahead > 0.001:
            time.sleep(ahead)
    took = time.perf_counter() - begun
    flush(60)
    lost = RATE * FOR_S - (_stored() - before)
    report(
        "telemetry_sustained_lost",
        lost,
        "values",
        f"of {RATE * FOR_S:,} at {RATE * FOR_S / took:,.0f}/s; goal 0",
    )


def drops() -> None:
    """Four threads fill a queue that nobody empties: offered less kept less counted."""
    kept, counted, gone = 0, 0, True

    def store(entries: list[tuple[object, ...]], dropped: int) -> None:
        nonlocal kept, counted
        if gone:
            raise Away
        kept += len(entries)
        counted += dropped

    writer = Writer(store, width=1, bound=1_000, every_s=60)
    threads = [threading.Thread(target=lambda: [writer.put((n,)) for n in range(50_000)]) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    gone = False
    writer.shutdown()
    report("telemetry_drops_uncounted", 200_000 - kept - counted, "values", "of 200,000 offered; goal 0")


def queries(values: int) -> None:
    """One target and one day, newest 100, out of this many values over 30 days and 1,000 series."""
    stored, seconds = _fill(values)
    report("telemetry_filled", stored / seconds, "values/s", "in order of time, one day after the other")
    end = datetime.now(UTC) - timedelta(days=7)
    asked = {"target": "target 77", "start": (end - timedelta(days=1)).isoformat(), "end": end.isoformat()}
    question = read_question(asked, OF_METRICS)

    def ask() -> None:
        with db.reading_session() as session:
            if not read_metrics(session, Scope(1), question):
                raise RuntimeError("nothing was found")

    first = _seconds(ask)
    [usual] = interleaved(20, lambda: ask())
    report("telemetry_query_first", first * 1000, "ms", f"target and day of {stored:,} values; goal 50")
    report("telemetry_query", usual * 1000, "ms", "the same again; goal 50")


def _fill(values: int) -> tuple[int, float]:
    """How many values are there, and the seconds that it took. The newest day comes first."""
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=number) for number in range(DAYS)]
    partitions.make(partitions.VALUES, days)
    row = {"first": FIRST_SERIES, "series": SERIES, "count": values // DAYS}
    begun, stored = time.perf_counter(), 0
    with db.autocommit() as connection:
        connection.execute(NAMES, {"first": FIRST_SERIES, "series": SERIES})
        for day in days:
            connection.execute(MANY, row | {"day": day})
            stored += row["count"]
            if time.perf_counter() - begun > FILL_S:
                break
        connection.execute(text("analyze metric_values"))
    return stored, time.perf_counter() - begun


def _timed(count: int, call: Callable[[], object], pause_every: int) -> list[float]:
    clock, taken = time.perf_counter, []
    for number in range(count):
        begun = clock()
        call()
        taken.append(clock() - begun)
        if number % pause_every == 0:
            time.sleep(0.01)
    return sorted(taken)


def _report_calls(name: str, taken: list[float], note: str) -> None:
    report(f"{name}_median", statistics.median(taken) * 1e6, "us", f"{note}; goal 5")
    report(f"{name}_p999", taken[int(len(taken) * 0.999)] * 1e6, "us", "goal 50")


def _stored() -> int:
    with db.autocommit() as connection:
        return int(connection.scalar(text("select count(*) from metric_values")) or 0)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
