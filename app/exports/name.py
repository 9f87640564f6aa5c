"""The name of the file, and the header that says it (RFC 6266, RFC 5987)."""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote

from app.runs.models import Run

LONGEST = 100  # characters of the query's name
_UNSAFE = re.compile(r"[^\w.()+]+")
_PLAIN = re.compile(r"[^A-Za-z0-9._()+-]+")


def file_name(run: Run, ending: str, marks: Sequence[str] = ()) -> str:
    """`query-name-run-42.csv`: letters and digits of any script, nothing that a file system could mistake.

    `marks` say what is special: `truncated`, `selection`.
    """
    query = run.version.query.name if run.version else ""
    words = unicodedata.normalize("NFC", query)
    safe = _UNSAFE.sub("-", words)[:LONGEST].strip("-._")
    return "-".join([*([safe] if safe else []), "run", str(run.id), *marks]) + f".{ending}"


def disposition(name: str) -> str:
    """The Content-Disposition of a download: the name in ASCII for old clients, and as it is."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = _PLAIN.sub("-", plain).lstrip("-._") or "export"
    header = f'attachment; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"
