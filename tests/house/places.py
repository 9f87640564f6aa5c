"""Where things are, for the rules of the house."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
JOBS = ROOT / "jobs"
TEMPLATES = ROOT / "templates"


def python_files(*folders: Path) -> list[Path]:
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def imported(source: str) -> Iterator[str]:
    """The modules that Python source imports, at its top or anywhere inside."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def floors() -> dict[str, int]:
    """Each feature's floor, the highest first, as import-linter keeps them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(each for each in settings["contracts"] if each["type"] == "layers")["layers"]
    return {
        name.strip(" ()"): height
        for height, layer in enumerate(reversed(layers))
        for name in layer.split("|")
    }
