"""How a wall is shown, as its address says: `?wall=60&page=20&theme=dark&zone=Europe/Berlin`."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.errors import Invalid
from app.core.zones import is_zone

USUAL_S = 60
SOONEST_S, LATEST_S = 10, 86_400
THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class View:
    """Seconds between refreshes; seconds for each page, where it is not fitted to the screen."""

    every_s: int = USUAL_S
    page_s: int | None = None
    theme: str | None = None
    zone: str | None = None

    @property
    def address(self) -> dict[str, str]:
        """Its arguments again."""
        said = {"wall": self.every_s, "page": self.page_s, "theme": self.theme, "zone": self.zone}
        return {name: str(value) for name, value in said.items() if value is not None}


def read_view(arguments: Mapping[str, str], usual_s: int | None = None) -> View | None:
    """None without `wall`; that may be empty, for the dashboard's usual interval. Raises Invalid."""
    if "wall" not in arguments:
        return None
    problems: dict[str, str] = {}
    every_s = _seconds(arguments, "wall", SOONEST_S, problems) or usual_s or USUAL_S
    page_s = _seconds(arguments, "page", 3, problems)
    theme, zone = arguments.get("theme") or None, arguments.get("zone") or None
    if theme and theme not in THEMES:
        problems["theme"] = "A wall is light or dark; without a theme it follows the screen."
    if zone and not is_zone(zone):
        problems["zone"] = "There is no such time zone. Write a name such as Europe/Berlin or UTC."
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
    return View(every_s, page_s, theme, zone)


def _seconds(arguments: Mapping[str, str], name: str, least: int, problems: dict[str, str]) -> int | None:
    text = arguments.get(name, "")
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= LATEST_S:
        return int(text)
    problems[name] = f"Write {name} in seconds, from {least} to {LATEST_S:,}."
    return None
