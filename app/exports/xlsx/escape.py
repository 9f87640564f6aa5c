"""Text inside of XML, as Excel reads it (ECMA-376 part 1, 22.9.2.19: `_xHHHH_` stands for a character)."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from app.exports.printed import raw_bytes

_FORBIDDEN = "\x00-\x08\x0b-\x1f\ufffe\uffff"  # of XML 1.0; a carriage return would become a line feed
_LITERAL = r"_(x[0-9A-Fa-f]{4}_)"
_MARKUP = ((b"&", "&", "&amp;"), (b"<", "<", "&lt;"), (b">", ">", "&gt;"))
_SUSPECTS = bytes([*range(9), *range(11, 32)])


def escaped(text: pa.Array) -> pa.Array:
    """The values as they stand between tags; NULL stays."""
    raw = raw_bytes(text)
    if b"_x" in raw:
        text = pc.replace_substring_regex(text, _LITERAL, r"_x005F_\1")
    for byte, character, entity in _MARKUP:
        if byte in raw:
            text = pc.replace_substring(text, character, entity)
    if len(raw.translate(None, _SUSPECTS)) != len(raw) or b"\xef\xbf" in raw:
        text = pa.array([None if v is None else _without_forbidden(v) for v in text.to_pylist()], pa.string())
    return text


def _without_forbidden(text: str) -> str:
    return re.sub(f"[{_FORBIDDEN}]", lambda found: f"_x{ord(found[0]):04X}_", text)
