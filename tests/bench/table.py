"""The figures of `make bench` as the tables of docs/performance.md.

`make bench | tee bench.txt`, then `.venv/bin/python -m tests.bench.table bench.txt`: lines such as
`name value unit - note` come in, two tables in Markdown come out, first what the peers were measured at too.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_LINE = re.compile(
    r"(?P<name>[a-z0-9_]+) +(?P<value>-?[\d.]+(?:e[+-]?\d+)?) (?P<unit>.+?)(?: +- (?P<note>.*))?"
)
_GOAL = re.compile(r";? ?goal:? (?P<goal>[^;]+)")

# name: what it is, and what Redash and Superset took for the like
PEERS = {
    "select_1_api": ("`select 1` through API and worker", "92 ms", "113 ms"),
    "click_to_rows": ("the same as a person sees it", "530 ms", "1,280 ms"),
    "million_rows_ratio": ("1,000,000 rows, asked to stored", "41 x copy", "12 x copy"),
    "million_rows_worker_peak": ("the worker's memory meanwhile", "2.26 GB", "1.43 GB"),
    "export_csv": ("1,000,000 rows as CSV", "17 s", "8.3 s streamed, 31 s otherwise"),
    "export_csv_web_growth": ("what the web process grows by", "1.3 GB", "none streamed, 2.3 GB otherwise"),
    "dashboard_warm": ("20 stored tiles, the last one drawn", "", "4.7 to 5.2 s"),
    "dashboard_requests": ("requests for that", "23", "89"),
    "editor_cold": ("the SQL editor can be typed in", "", "2.3 s"),
    "editor_warm": ("the same, warm", "", "1.9 s"),
    "cached_result": ("stored answers of 100 rows, 16 at once", "179 a second", "67 a second"),
    "burst": ("200 tiny runs at once, 2 workers", "18.7 runs/s", ""),
    "schedules_last_late": ("500 schedules due together, the last starts", "26 to 54 s late", ""),
    "schedules_person": ("what a person waits meanwhile", "27 to 43 s", ""),
    "kill_to_lost_worst": ("`kill -9` of a worker until its run says so", "70 s", "never"),
    "cancel_to_gone_median": (
        "cancelled until it has left the database",
        "3.0 s",
        "49 ms, 2 of 5 shown as failed",
    ),
    "idle_memory": ("all processes, idle (PSS)", "804 MiB", "about 850 MiB"),
}


class Figure(NamedTuple):
    name: str
    shown: str
    goal: str
    note: str


def read_figures(lines: Iterable[str]) -> dict[str, Figure]:
    """By name; a figure that comes twice counts as it came last."""
    found = {}
    for line in lines:
        if match := _LINE.fullmatch(line.strip()):
            note = match["note"] or ""
            goal = _GOAL.search(note)
            rest = _GOAL.sub("", note).strip(" ;")
            aim = goal["goal"].strip() if goal else ""
            found[match["name"]] = Figure(
                match["name"], f"{plain(match['value'])} {match['unit']}", aim, rest
            )
    return found


def plain(value: str) -> str:
    """Without an exponent: three digits are what was measured."""
    return f"{float(value):,.0f}" if "e" in value else value


def tables(figures: dict[str, Figure]) -> str:
    beside = [
        (what, figures[name].shown, figures[name].goal, redash, superset)
        for name, (what, redash, superset) in PEERS.items()
        if name in figures
    ]
    others = [
        (f"`{each.name}`", each.shown, each.goal, each.note)
        for each in figures.values()
        if each.name not in PEERS
    ]
    return (
        _table(("work", "Plumbline", "goal", "Redash", "Superset"), beside)
        + "\n"
        + _table(("figure", "Plumbline", "goal", "what it is"), others)
    )


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text() if len(sys.argv) > 1 else sys.stdin.read()
    print(tables(read_figures(text.splitlines())), end="")
