"""Reading wide1m through the connector and encoding it as Arrow IPC (zstd 1), against psql's binary \\copy.

    PLUMB_BENCH_URL=postgresql://... PSQL=psql python -m tests.bench.connector

wide1m: 1,000,000 rows of 10 columns (2 int, 2 bigint, 2 double, numeric(12,2), timestamptz, 2 text of 20).
"""

import os
import resource
import statistics
import subprocess
import time

import pyarrow as pa

from app.core import fence
from app.datasources.connectors.base import Limits, Statement
from app.datasources.connectors.postgres.connector import PostgresConnector
from app.datasources.connectors.postgres.decode import DECODER

ROUNDS = 5
SQL = "select * from wide1m"


def main() -> None:
    url = os.environ["PLUMB_BENCH_URL"]
    fence.configure("all")
    connector = PostgresConnector({"url": url})
    ratios, reads, yardsticks = [], [], []
    for _ in range(ROUNDS):
        before, read, after = _yardstick(url), _read(connector), _yardstick(url)
        yardsticks.append((before + after) / 2)
        reads.append(read)
        ratios.append(read / yardsticks[-1])
    small = sorted(_select_1(connector) for _ in range(200))[100]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"decoder {DECODER}")
    print(f"psql \\copy binary {statistics.median(yardsticks):.2f} s")
    print(f"read + encode {statistics.median(reads):.2f} s, ratio {statistics.median(ratios):.2f}")
    print(f"select 1 warm {small * 1000:.2f} ms; peak RSS {peak:.0f} MB")


def _yardstick(url: str) -> float:
    began = time.perf_counter()
    copy = f"\\copy ({SQL}) to /dev/null (format binary)"
    subprocess.run([os.environ.get("PSQL", "psql"), url, "-qc", copy], check=True)
    return time.perf_counter() - began


def _read(connector: PostgresConnector) -> float:
    began = time.perf_counter()
    options = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", 1))
    rows = size = 0
    with connector.execute(Statement((SQL,)), Limits(600, 10_000_000, 10**10)) as execution:
        for batch in execution.batches():
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema, options=options) as writer:
                writer.write_batch(batch)
            size += sink.getvalue().size
            rows += batch.num_rows
    assert rows == 1_000_000, rows
    return time.perf_counter() - began


def _select_1(connector: PostgresConnector) -> float:
    began = time.perf_counter()
    with connector.execute(Statement(("select 1",)), Limits(10, 100, 10**6)) as execution:
        list(execution.batches())
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
