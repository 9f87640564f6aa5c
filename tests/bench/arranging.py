"""Sort, filter, search and statistics of a stored million, beside psql on the same table.

python -m tests.bench.arranging
"""

import itertools
import json
from urllib.parse import urlencode

from tests.bench.memory import family, peak_rss_mib
from tests.bench.stage import Stage, interleaved, report, stage

MILLION = 1_000_000
TABLE = f"wide{MILLION}"
ROUNDS = 5


def main() -> None:
    with stage((MILLION,)) as ready:
        ready.call("GET", "/healthz")
        web = family([ready.installation.processes["web"].pid])
        before = peak_rss_mib(web)
        run = ready.run(f"select * from {TABLE}")["id"]
        for column in ("volume", "amount", "reference"):
            sort(ready, run, column)
        choose(ready, run)
        first_touch(ready)
        deep_window(ready, run)
        statistics(ready, run)
        report(
            "arrange_web_peak", peak_rss_mib(web), "MiB RSS", f"mapped files included; before {before:.0f}"
        )


def sort(ready: Stage, run: int, column: str) -> None:
    """To the first window. The order is new each time: a filter that keeps all rows differs."""
    numbers = itertools.count()

    def ours() -> None:
        keeps_all = {"column": "id", "op": "gt", "value": -next(numbers) - 1}
        _rows(ready, run, sort=[{"column": column, "descending": True}], filter=[keeps_all])

    def psql() -> float:
        return ready.psql(f"select * from {TABLE} order by {column} desc limit 200")

    found, yardstick = interleaved(ROUNDS, ours, psql)
    report(f"sort_{column}", found * 1000, "ms", "1,000,000 x 10 to the first 200; goal 400")
    report(f"sort_{column}_ratio", found / yardstick, "x psql", "order by ... limit 200")


def choose(ready: Stage, run: int) -> None:
    numbers = itertools.count()

    def filtered() -> None:
        low = next(numbers)
        _rows(ready, run, filter=[{"column": "amount", "op": "between", "value": [low, "700000.5"]}])

    def searched() -> None:
        _rows(ready, run, search=f"{next(numbers) % 16:x}{next(numbers) % 16:x}ab")

    def psql() -> float:
        return ready.psql(f"select count(*) from {TABLE} where amount between 5 and 700000.5")

    filter_s, search_s, yardstick = interleaved(ROUNDS, filtered, searched, psql)
    report("filter", filter_s * 1000, "ms", "a range of a numeric to the first 200; goal 400")
    report("filter_ratio", filter_s / yardstick, "x psql", "count(*) of the same")
    report("search", search_s * 1000, "ms", "a text in any of 10 columns")


def first_touch(ready: Stage) -> None:
    """The first arrangement of a result also unpacks it."""
    runs = [ready.run(f"select * from {TABLE}")["id"] for _ in range(3)]
    left = iter(runs)
    found, copy = interleaved(
        len(runs),
        lambda: _rows(ready, next(left), sort=[{"column": "volume"}]),
        lambda: ready.copy_binary(TABLE),
    )
    report("first_sort", found * 1000, "ms", "of a result not looked at before; goal 400")
    report("first_sort_ratio", found / copy, "x copy")


def deep_window(ready: Stage, run: int) -> None:
    sort = [{"column": "signal"}]
    _rows(ready, run, sort=sort)
    offsets = itertools.count(100_000, 20_011)
    window, nothing = interleaved(
        20,
        lambda: _rows(ready, run, sort=sort, offset=next(offsets)),
        lambda: ready.call("GET", "/healthz") and None,
    )
    report("arranged_window", (window - nothing) * 1000, "ms", "200 scattered rows, less an empty request")


def statistics(ready: Stage, run: int) -> None:
    for column in ("volume", "amount", "reference"):
        query = f"select count(distinct {column}), min({column}), max({column}) from {TABLE}"
        found, yardstick = interleaved(
            ROUNDS,
            lambda column=column: ready.call("GET", f"/v1/runs/{run}/statistics?column={column}") and None,
            lambda query=query: ready.psql(query),
        )
        report(f"statistics_{column}", found * 1000, "ms", "of 1,000,000; goal 600")
        report(f"statistics_{column}_ratio", found / yardstick, "x psql", "count(distinct), min, max alone")


def _rows(ready: Stage, run: int, **asked: object) -> None:
    texts = {name: json.dumps(value) if isinstance(value, list) else value for name, value in asked.items()}
    found = ready.call("GET", f"/v1/runs/{run}/rows?limit=200&{urlencode(texts)}")
    if not found["rows"] and "search" not in asked:
        raise RuntimeError("no rows")


if __name__ == "__main__":
    main()
