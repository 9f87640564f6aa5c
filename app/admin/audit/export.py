"""The audit log as a file: every entry that fits, newest first, a page at a time."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import orjson

from app.accounts.allow import Actor
from app.admin.audit.find import LONGEST_PAGE, Filters, list_entries
from app.audit.models import AuditEntry
from app.core import db
from app.core.errors import Invalid
from app.web.api import rfc3339

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
NAMES = ("id", "created_at", "actor_id", "actor", "action", "resource_type", "resource_id", "details")
_FORMULA = re.compile(r"^[=+\-@\t\r\n]")


def told(entry: AuditEntry) -> dict[str, Any]:
    """An entry for programs."""
    return {
        "id": entry.id,
        "actor": {"id": entry.actor_id, "name": entry.actor_name},
        "action": entry.action,
        "resource_type": entry.resource_type,
        "resource_id": entry.resource_id,
        "metadata": entry.details,
        "created_at": rfc3339(entry.created_at),
    }


def export_entries(actor: Actor, filters: Filters, format: str) -> Iterator[bytes]:
    """Pieces of the file, in sessions of their own. Raises Invalid at `format`; Forbidden on the way."""
    if format not in MEDIA_TYPES:
        raise Invalid(fields={"format": "Use csv or ndjson."})
    return _csv(actor, filters) if format == "csv" else _ndjson(actor, filters)


def _ndjson(actor: Actor, filters: Filters) -> Iterator[bytes]:
    for page in _pages(actor, filters):
        yield b"".join(orjson.dumps(told(entry)) + b"\n" for entry in page)


def _csv(actor: Actor, filters: Filters) -> Iterator[bytes]:
    yield ",".join(NAMES).encode() + b"\n"
    for page in _pages(actor, filters):
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        for entry in page:
            fields = (
                *(entry.id, rfc3339(entry.created_at), entry.actor_id, entry.actor_name, entry.action),
                *(entry.resource_type, entry.resource_id, orjson.dumps(entry.details).decode()),
            )
            writer.writerow(_defused(field) if isinstance(field, str) else field for field in fields)
        yield lines.getvalue().encode()


def _pages(actor: Actor, filters: Filters) -> Iterator[list[AuditEntry]]:
    before: int | None = None
    while True:
        with db.reading_session() as session:
            page = list(list_entries(session, actor, filters, LONGEST_PAGE, before))
        if page:
            yield page
        if len(page) < LONGEST_PAGE:
            return
        before = page[-1].id


def _defused(text: str) -> str:
    """A name may begin as a formula does, and a spreadsheet would run it."""
    return f"'{text}" if _FORMULA.match(text) else text
