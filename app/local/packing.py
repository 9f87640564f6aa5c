"""What a wheel holds besides Python: the built front end, templates and migrations.

pyproject.toml names this file to setuptools; Plumbline itself never loads it. `make wheel` builds the front
end first: without it there is nothing to ship, and the build stops.
"""

import shutil
from pathlib import Path

from setuptools.command.build_py import build_py

SHIPPED = ("templates", "static", "migrations", "Procfile")
_BUILT = Path("static", "islands", ".vite", "manifest.json")
_LEFT_BEHIND = {".stamp", "__pycache__"}


class BuildWithFiles(build_py):
    """Copies SHIPPED into `app/shipped`, where `app/core/shipped.py` looks for them. Not in a checkout."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        if not _BUILT.exists():
            raise SystemExit("The front end is not built: run `make wheel`, or `make islands` first.")
        shipped = Path(self.build_lib, "app", "shipped")
        shutil.rmtree(shipped, ignore_errors=True)
        for file in _shipped():
            (shipped / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, shipped / file)

    def get_source_files(self) -> list[str]:
        """A source distribution has them too, so that a wheel can be made from it."""
        return [*super().get_source_files(), *map(str, _shipped())]


def _shipped() -> list[Path]:
    """Paths from the top of the checkout, where setuptools runs."""
    found = [path for each in SHIPPED for path in (Path(each), *Path(each).rglob("*"))]
    return sorted(path for path in found if path.is_file() and not _LEFT_BEHIND.intersection(path.parts))
