"""Patterns for text, in RE2's language: it has no backtracking, so that no pattern takes long on any text."""

import pyarrow as pa
import pyarrow.compute as pc

from app.queries.values import BadValue

LONGEST_PATTERN = 500


def check_pattern(pattern: str) -> None:
    """Raises BadValue for one that is too long or that RE2 cannot read (it has no look-around)."""
    if len(pattern) > LONGEST_PATTERN:
        raise BadValue(f"A pattern has at most {LONGEST_PATTERN} characters; this has {len(pattern):,}.")
    try:
        pc.match_substring_regex(pa.array([""], pa.string()), pattern)
    except pa.ArrowInvalid as error:
        reason = str(error).partition(": ")[2].partition(": ")[0] or "it is no regular expression"
        raise BadValue(f"This pattern cannot be used: {reason}.") from None


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text matches."""
    found = pc.match_substring_regex(pa.array([text], pa.string()), rf"\A(?:{pattern})\z")
    return bool(found[0].as_py())
