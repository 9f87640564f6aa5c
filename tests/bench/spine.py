"""The figures of the spine: tiny runs, a million rows, windows, memory. `python -m tests.bench.spine`"""

import time

from tests.bench.browser import click_to_rows_ms
from tests.bench.memory import family, peak_rss_mib, pss_mib
from tests.bench.stage import Stage, interleaved, report, stage

MILLION, FIVE_MILLIONS = 1_000_000, 5_000_000


def main() -> None:
    with stage((MILLION, FIVE_MILLIONS)) as ready:
        tiny_runs(ready)
        click_to_rows(ready)
        idle_memory(ready)
        million_rows(ready)
        deep_window(ready)
        five_million_rows(ready)


def tiny_runs(ready: Stage) -> None:
    for _ in range(10):
        ready.run("select 1")

    ours, psql = interleaved(40, lambda: _drop(ready.run("select 1")), lambda: ready.psql("select 1"))
    report("select_1_api", ours * 1000, "ms", "POST /v1/runs until wait_s saw it settled")
    report("select_1_psql", psql * 1000, "ms", "a whole `psql -c 'select 1'`")
    report("select_1_ratio", ours / psql, "x psql", "goal 1.5")


def click_to_rows(ready: Stage) -> None:
    report(
        "click_to_rows",
        click_to_rows_ms(ready, rounds=20),
        "ms",
        "select 1 in Chromium, median of 20; goal 100",
    )


def idle_memory(ready: Stage) -> None:
    time.sleep(3)
    pids = family([process.pid for process in ready.installation.processes.values()])
    report(
        "idle_memory", pss_mib(pids), "MiB PSS", f"web, worker, scheduler: {len(pids)} processes; goal 350"
    )


def million_rows(ready: Stage) -> None:
    ready.run(f"select * from wide{MILLION}")
    ours, copy = interleaved(
        5,
        lambda: _drop(ready.run(f"select * from wide{MILLION}")),
        lambda: ready.copy_binary(f"wide{MILLION}"),
    )
    report("million_rows_run", ours, "s", "POST to settled, 1,000,000 x 10 stored")
    report("million_rows_copy", copy, "s", "psql \\copy binary to nowhere")
    report("million_rows_ratio", ours / copy, "x copy", "goal 1.25")
    report("million_rows_worker_peak", peak_rss_mib(_worker(ready)), "MiB RSS", "goal 250")


def five_million_rows(ready: Stage) -> None:
    before = peak_rss_mib(_worker(ready))
    run = ready.run(f"select * from wide{FIVE_MILLIONS}", max_rows=FIVE_MILLIONS, max_bytes=4_000_000_000)
    if run["truncated_by"]:
        raise RuntimeError("the result was cut")
    after = peak_rss_mib(_worker(ready))
    report("five_million_rows_worker_peak", after, "MiB RSS", f"after 1,000,000 rows: {before:.0f}; goal 250")


def deep_window(ready: Stage) -> None:
    run = ready.run(f"select * from wide{MILLION}")
    path = f"/v1/runs/{run['id']}/rows?offset=900000&limit=200"
    if len(ready.call("GET", path)["rows"]) != 200:
        raise RuntimeError("the window is not whole")
    window, nothing = interleaved(
        30, lambda: _drop(ready.call("GET", path)), lambda: _drop(ready.call("GET", "/healthz"))
    )
    report(
        "deep_window",
        (window - nothing) * 1000,
        "ms",
        "200 rows at row 900,000, less an empty request; goal 20",
    )


def _worker(ready: Stage) -> list[int]:
    return family([ready.installation.processes["worker"].pid])


def _drop(_: object) -> None:
    return None


if __name__ == "__main__":
    main()
