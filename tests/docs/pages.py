"""The written pages, and what can be found in them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS]

_FENCE = re.compile(r"^```.*?^```$", re.M | re.S)
_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"(?<!\\)\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.M)


class Link(NamedTuple):
    page: Path
    target: Path
    anchor: str


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def links(page: Path) -> Iterator[Link]:
    """What it points at in this repository."""
    for target in _LINK.findall(_CODE.sub("", _FENCE.sub("", page.read_text()))):
        if "://" not in target and not target.startswith("mailto:"):
            path, _, anchor = target.partition("#")
            yield Link(page, (page.parent / path).resolve() if path else page, anchor)


def anchors(page: Path) -> set[str]:
    """As a repository's own view and the site make them of headings."""
    return {slug(heading) for heading in _HEADING.findall(_FENCE.sub("", page.read_text()))}


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def code_of(page: Path) -> str:
    """Everything that stands there as code, a piece a line."""
    text = page.read_text()
    fences = _FENCE.findall(text)
    return "\n".join([*fences, *(piece.strip("`") for piece in _CODE.findall(_FENCE.sub("", text)))])


def in_nav(index: Path) -> set[str]:
    trees = re.findall(r"^```\{toctree\}\n(.*?)^```$", index.read_text(), re.M | re.S)
    return {line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")}
