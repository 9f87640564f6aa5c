"""What is said of a download before its bytes."""

import hashlib

from app.evidence.envelope import version
from app.exports.name import disposition, file_name
from app.exports.prepare import Export


def headers(export: Export, coding: str) -> dict[str, str]:
    run = export.content.run
    marks = [*["selection"] * export.content.selection, *["truncated"] * bool(run.truncated_by)]
    found = {
        "Content-Type": export.format.media_type,
        "Content-Disposition": disposition(file_name(run, export.format.name, marks)),
        "Plumbline-Run": str(run.id),
        "Plumbline-Row-Count": str(export.content.row_count),
        # Who asks again is authorised again, and then nothing need be sent twice.
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding, Authorization, Cookie",
    }
    if run.truncated_by:
        found["Plumbline-Truncated-By"] = run.truncated_by
    if coding != "identity":
        found["Content-Encoding"] = coding
    return found


def tag(export: Export, coding: str) -> str:
    """The ETag: a result never changes, but another version may write it differently."""
    content = export.content
    facts = (content.run.id, content.run.finished_at, export.format.name, content.keep_formulas)
    text = repr((*facts, export.arrangement, coding, version()))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
