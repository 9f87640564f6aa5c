"""Which schema this code was written for, without Alembic, which weighs 13 MB in each web process."""

import re
from functools import lru_cache
from pathlib import Path

from app.core.shipped import ROOT

FOLDER = ROOT / "migrations"

_REVISION = re.compile(r"^revision = ['\"](.+)['\"]$", re.MULTILINE)


@lru_cache
def newest() -> str:
    """The revision of the newest migration, by the date and number of its file. tests/house compares it."""
    last = max((FOLDER / "versions").glob("*.py"), key=_date_and_number)
    found = _REVISION.search(last.read_text())
    if found is None:
        raise LookupError(f"{last.name} names no revision")
    return found[1]


def _date_and_number(file: Path) -> list[int]:
    return [int(part) for part in file.name.split("_")[:2]]
