"""Something in the database that is not as it must be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`mended` says what was done about it; None when nothing was, or can be: then `advice` has the words."""

    subject: str
    what: str
    mended: str | None = None
    advice: str = ""

    def __str__(self) -> str:
        return ". ".join(
            part for part in (f"{self.subject}: {self.what}", self.mended or self.advice) if part
        )
