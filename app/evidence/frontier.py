"""How far a source had come when an answer was read from it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frontier:
    """`position` in the source's own log and its `clock` (RFC 3339, UTC) as the answer's snapshot saw them.

    The answer holds nothing that was committed after `position`. What the source does not tell is None, and
    `reason` says why.
    """

    position: str | None = None
    clock: str | None = None
    reason: str | None = None

    @property
    def known(self) -> bool:
        return self.position is not None


UNKNOWN = Frontier(reason="The source was not asked.")
