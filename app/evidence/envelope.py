"""The envelope around a body: what may differ between two runs whose facts are the same."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import Any

from app.evidence.forms import Described
from app.evidence.models import Kept
from app.evidence.report import Report, canonical, sha256


@dataclass(frozen=True, slots=True)
class Written:
    """A body as canonical JSON, its hash, and the version of Plumbline that wrote it."""

    body: str
    body_hash: str
    version: str


@dataclass(frozen=True, slots=True)
class NamedColumn:
    """A column as an envelope names it."""

    name: str
    type: str
    kind: str


def write(report: Report) -> Written:
    body = canonical(report.body())
    return Written(body.decode(), sha256(body), version())


def envelope(stored: Kept, columns: Sequence[Described] | None, row_count: int | None) -> dict[str, Any]:
    """The report as it is handed out; columns and row count are those of the result, None without one."""
    return {
        "body": json.loads(stored.body),
        "body_hash": stored.body_hash,
        "run_id": stored.run_id,
        "generated_at": _time(stored.generated_at),
        "version": stored.version,
        "columns": None if columns is None else [_column(column) for column in columns],
        "row_count": row_count,
        "diagnostics": stored.diagnostics or None,
    }


def columns_of(handed_out: Mapping[str, Any]) -> list[NamedColumn] | None:
    """The columns that an envelope names. KeyError or TypeError for what is no envelope."""
    columns = handed_out["columns"]
    return None if columns is None else [NamedColumn(c["name"], c["type"], c["kind"]) for c in columns]


@cache
def version() -> str:
    """Of Plumbline, as it is installed."""
    try:
        return installed_version("plumbline")
    except PackageNotFoundError:
        return "unknown"


def _column(column: Described) -> dict[str, str]:
    return {"name": column.name, "type": column.type, "kind": str(column.kind)}


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
