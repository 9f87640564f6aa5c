"""A wheel has what a checkout has: what `pip wheel` would pack, without compiling."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.schema import newest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("templates", "static", "migrations")
TRY = """
import json
from app.core import schema, shipped
from app.local import options, procfile, running
print(json.dumps({
    "in_checkout": shipped.IN_CHECKOUT,
    "revision": schema.newest(),
    "processes": list(procfile.read_procfile(running.ROOT / "Procfile")),
    "var": str(running.var_of({"XDG_DATA_HOME": "/data"})),
    "named": str(running.var_of({"PLUMB_VAR": "here"})),
}))
"""


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that becomes the wheel; nothing is written into the checkout."""
    built = tmp_path_factory.mktemp("wheel")
    deeds = ["egg_info", "--egg-base", tmp_path_factory.mktemp("egg"), "build_py", "--build-lib", built]
    asked = [sys.executable, "-c", "import setuptools; setuptools.setup()", "-q", *deeds]
    subprocess.run(asked, cwd=ROOT, check=True, capture_output=True)
    return built


def test_templates_front_end_and_migrations_are_in_it(packed):
    shipped = packed / "app" / "shipped"
    for folder in SHIPPED:
        assert files(shipped / folder) == files(ROOT / folder)
    manifest = json.loads((shipped / "static" / "islands" / ".vite" / "manifest.json").read_text())
    assert all((shipped / "static" / "islands" / each["file"]).exists() for each in manifest.values())


def test_the_packages_and_their_data_are_in_it(packed):
    for folder in ("app", "jobs"):
        wanted = {each for each in files(ROOT / folder) if each.endswith((".py", ".sql"))}
        assert wanted - files(packed / folder) == set()


def test_it_finds_its_files_and_a_place_for_data_by_itself(packed, tmp_path):
    env = {**os.environ, "PYTHONPATH": str(packed)}
    asked = subprocess.run(
        [sys.executable, "-c", TRY], cwd=tmp_path, env=env, check=True, capture_output=True, text=True
    )
    assert json.loads(asked.stdout) == {
        "in_checkout": False,
        "revision": newest(),
        "processes": ["release", "web", "worker", "scheduler"],
        "var": "/data/plumbline",
        "named": str(tmp_path / "here"),
    }


def files(folder: Path) -> set[str]:
    return {
        each.relative_to(folder).as_posix()
        for each in folder.rglob("*")
        if each.is_file() and each.name != ".stamp" and each.suffix != ".pyc"
    }
