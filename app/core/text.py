"""What text Postgres can keep."""


def unstorable(text: str) -> str | None:
    """A sentence on why Postgres cannot keep this text as UTF-8, or None when it can."""
    if "\0" in text:
        return "This holds a NUL character, which Postgres cannot keep. Remove it."
    try:
        text.encode()
    except UnicodeEncodeError:
        return "This holds half of a Unicode character (a lone surrogate). Remove it."
    return None
