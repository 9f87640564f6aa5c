"""The floors: imports point down, never in a circle, and each framework stays where it belongs."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import grimp
import pytest

from tests.house.places import APP, JOBS, ROOT, floors, imported, name_of, python_files

WEB = {"flask", "flask_login", "flask_wtf", "flask_limiter", "htmx_flask", "werkzeug", "jinja2", "markupsafe"}
QUEUE = {"rq", "rq_scheduler"}


def test_every_import_points_down():
    linter = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_every_feature_has_a_floor():
    features = {place.stem for place in APP.iterdir() if place.is_dir() or place.suffix == ".py"}
    assert features - {"__init__", "__pycache__"} <= set(floors())


def test_there_are_no_circles():
    graph = grimp.build_graph("app", "jobs", cache_dir=None)
    assert circle({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}) == []


def test_flask_stays_at_the_edge():
    found = strays(python_files(APP, JOBS), WEB, at_the_edge)
    assert found == [], "only routes, api, guard, app/web and app/main speak Flask"


def test_rq_stays_in_jobs_and_the_queue():
    found = strays(
        python_files(APP, JOBS), QUEUE, lambda n: n.startswith("jobs/") or n == "app/core/queue.py"
    )
    assert found == []


def at_the_edge(name: str) -> bool:
    file = name.rpartition("/")[2]
    return file in {"routes.py", "api.py", "guard.py"} or name.startswith("app/web/") or name == "app/main.py"


def strays(files: list[Path], packages: set[str], allowed) -> list[str]:
    return [
        f"{name_of(file)} imports {module}"
        for file in files
        if not allowed(name_of(file))
        for module in imported(file.read_text())
        if module.partition(".")[0] in packages
    ]


def circle(imports: Mapping[str, set[str]]) -> list[str]:
    """The modules of one import circle, or none."""
    done: set[str] = set()

    def walk(module: str, path: list[str]) -> list[str]:
        if module in path:
            return path[path.index(module) :]
        if module in done:
            return []
        found = next(filter(None, (walk(each, [*path, module]) for each in sorted(imports[module]))), [])
        done.add(module)
        return found

    return next(filter(None, (walk(module, []) for module in sorted(imports))), [])


def test_a_circle_would_be_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_a_stray_import_would_be_found(monkeypatch, tmp_path):
    monkeypatch.setattr("tests.house.places.ROOT", tmp_path)
    (tmp_path / "start.py").write_text("def f():\n    from flask.views import View\n")
    assert strays([tmp_path / "start.py"], WEB, at_the_edge) == ["start.py imports flask.views"]


@pytest.mark.parametrize(
    ("name", "edge"),
    [
        ("app/runs/routes.py", True),
        ("app/web/x.py", True),
        ("app/runs/start.py", False),
        ("app/routes2.py", False),
    ],
)
def test_the_edge_is_where_it_should_be(name, edge):
    assert at_the_edge(name) is edge
