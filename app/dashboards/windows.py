"""Times in words move on: `last 24 hours` is another window each minute, and its last answer is an older one.

That answer is shown with the bounds that it had. It is as fresh as its snapshot while no bound lies further
from where it would be now than the tile's target allows; beyond that it is late, and due.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.dashboards.targets import allowed_age
from app.queries.given import BOUNDS, NamedValue


@dataclass(frozen=True, slots=True)
class Window:
    """What was bound for the words of a stored answer, and how far that lies from what they mean now."""

    bounds: Mapping[str, str]
    moved: timedelta

    @property
    def is_earlier(self) -> bool:
        return self.moved > timedelta(0)

    def is_beyond(self, max_stale_ms: int | None) -> bool:
        """Whether it lies further off than a tile's target allows. What is shown as stored has no target."""
        return max_stale_ms is not None and self.moved > allowed_age(max_stale_ms)

    def __str__(self) -> str:
        """`period: 2013-01-01 to 2013-01-07`."""
        said: dict[str, list[str]] = {}
        for name, text in self.bounds.items():
            parameter, _, bound = name.partition(".")
            said.setdefault(parameter if bound in BOUNDS else name, []).append(_told(text))
        return "; ".join(f"{name}: {' to '.join(texts)}" for name, texts in said.items())


def window_of(asked: tuple[NamedValue, ...], was: Mapping[str, str | None]) -> Window:
    """`asked` is what the words mean now, `was` what was bound for them in the stored answer, by name."""
    spoken = [value for value in asked if value.words and value.text]
    bounds = {value.name: was.get(value.name) or value.text or "" for value in spoken}
    far = [abs(_moment(value.text or "") - _moment(bounds[value.name])) for value in spoken]
    return Window(bounds, max(far, default=timedelta(0)))


def _told(text: str) -> str:
    """A day as it is; a moment to the minute, for people."""
    if "T" not in text:
        return text
    return datetime.fromisoformat(text).isoformat(sep=" ", timespec="minutes").replace("+00:00", " UTC")


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
