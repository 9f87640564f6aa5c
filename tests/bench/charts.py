"""Lines over a stored million, thinned to what a screen shows, beside psql; the script of a page with charts.

python -m tests.bench.charts
"""

import json
from pathlib import Path

from tests.bench.stage import Stage, interleaved, report, stage

MILLION = 1_000_000
TABLE = f"wide{MILLION}"
ROUNDS = 5
ISLANDS = Path(__file__).parents[2] / "static" / "islands"


def main() -> None:
    with stage((MILLION,)) as ready:
        run = ready.run(f"select * from {TABLE} order by id")["id"]
        thinned(ready, run)
    script()


def thinned(ready: Stage, run: int) -> None:
    """The whole span, and a hundredth of it, as a closer look asks for it."""
    path = f"/v1/runs/{run}/points?x=happened_at&y=signal&y=price"
    ready.call("GET", path)  # unpacks the result
    begun = 1_577_836_800_000

    def whole() -> None:
        ready.call("GET", path)

    def closer() -> None:
        ready.call("GET", f"{path}&from={begun + 300_000 * 60_000}&to={begun + 310_000 * 60_000}")

    def psql() -> float:
        return ready.psql(
            f"select min(signal), max(signal), min(price), max(price) from {TABLE} group by id / 1000"
        )

    whole_s, closer_s, yardstick = interleaved(ROUNDS, whole, closer, psql)
    report("chart_points_1m", whole_s * 1000, "ms", "two lines over 1,000,000 rows; goal: drawn in 1 s")
    report("chart_points_1m_ratio", whole_s / yardstick, "x psql", "min and max of 1,000 groups")
    report("chart_zoom", closer_s * 1000, "ms", "10,000 of them")


def script() -> None:
    """Bytes on the wire of a page with a chart of each kind, compressed; what it imports among them."""
    manifest = json.loads((ISLANDS / ".vite" / "manifest.json").read_text())
    for kind in ("line", "map"):
        seen: set[str] = set()
        wanted = ["chart/main.ts", f"chart/kinds/{kind}.ts"]
        while wanted:
            entry = wanted.pop()
            if entry not in seen:
                seen.add(entry)
                wanted += manifest[entry].get("imports", [])
        weight = sum((ISLANDS / f"{manifest[entry]['file']}.br").stat().st_size for entry in seen)
        report(f"chart_script_{kind}", weight / 1e6, "MB", "compressed; goal 0.4")


if __name__ == "__main__":
    main()
