"""What must be written down is written down, and files stay small."""

from dataclasses import fields
from pathlib import Path

from app.core.settings import Settings
from tests.house.places import APP, JOBS, ROOT, name_of, python_files

LONGEST = 250


def test_every_setting_is_documented():
    pages = [page for page in (ROOT / "README.md", ROOT / "docs" / "configuration.md") if page.exists()]
    written = "\n".join(page.read_text() for page in pages)
    assert undocumented(written) == []


def test_files_stay_small():
    assert {
        name_of(file): lines for file in python_files(APP, JOBS) if (lines := length(file)) >= LONGEST
    } == {}


def undocumented(written: str) -> list[str]:
    names = [item.metadata["name"] for item in fields(Settings)]
    return [name for name in names if f"`{name}`" not in written]


def length(file: Path) -> int:
    return len(file.read_text().splitlines())


def test_an_undocumented_setting_would_be_found():
    assert "PORT" in undocumented("`PLUMB_RUN_TIMEOUT_S` and PORT")
    assert "PLUMB_RUN_TIMEOUT_S" not in undocumented("`PLUMB_RUN_TIMEOUT_S` and PORT")
