"""The figures of the benches become tables."""

from tests.bench.table import PEERS, read_figures, tables
from tests.docs.pages import ROOT

LINES = """\
select_1_api 30.1 ms  - POST /v1/runs until wait_s saw it settled
schedules_person 81 ms  - slowest `select 1` among them; goal 1000
cached_result 1.21e+03 requests/s  - 100 x 10, concurrency 16, two web processes; goal 1000
filter 120 ms  - a range of a numeric to the first 200; goal 400
Starting a private Postgres in /somewhere
burst_ratio 0.9 x no-ops
"""


def test_figures_stand_beside_the_peers_and_the_rest_below():
    first, rest = tables(read_figures(LINES.splitlines())).split("\n\n")
    assert "| `select 1` through API and worker | 30.1 ms |  | 92 ms | 113 ms |" in first
    assert "| 1,210 requests/s | 1000 | 179 a second |" in first
    assert "| `filter` | 120 ms | 400 | a range of a numeric to the first 200 |" in rest
    assert "| `burst_ratio` | 0.9 x no-ops |" in rest
    assert "Starting" not in rest


def test_the_peers_figures_have_names_of_ours():
    benches = "\n".join(
        file.read_text() for file in (ROOT / "tests" / "bench").glob("*.py") if file.stem != "table"
    )
    made = {"export_csv", "export_csv_web_growth"}  # of a format
    assert [name for name in PEERS if name not in made and f'"{name}"' not in benches] == []
