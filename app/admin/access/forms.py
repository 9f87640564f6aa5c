"""What is asked about access."""

from collections.abc import Mapping

from app.core.errors import Invalid


def number(given: Mapping[str, str], name: str, said: str) -> int:
    """A positive whole number. Raises Invalid at its name."""
    text = given.get(name, "").strip().removeprefix("#")
    if not (text.isascii() and text.isdigit() and 0 < int(text[:20]) < 2**63):
        raise Invalid(said, fields={name: said})
    return int(text)
