"""Tags for the built front-end islands, read from Vite's manifest."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, g
from markupsafe import Markup

ENTRY_FOLDER = "static/islands"


def install(app: Flask) -> None:
    root = Path(app.static_folder or "static") / "islands"

    def island(name: str) -> Markup:
        """Script and style tags of one island, once a page."""
        shown: set[str] = g.setdefault("islands", set())
        tags = [tag for tag in _tags(root, name) if tag not in shown]
        shown.update(tags)
        return Markup("\n").join(Markup(tag) for tag in tags)

    app.jinja_env.globals["island"] = island


@lru_cache
def _tags(root: Path, name: str) -> list[str]:
    manifest = _manifest(root)
    entry = next(
        (item for item in manifest.values() if item.get("isEntry") and item.get("name") == name), None
    )
    if entry is None:
        raise LookupError(f"the island {name!r} is not built; run `make islands`")
    styles: list[str] = []
    _collect_styles(manifest, entry, styles, set())
    return [f'<link rel="stylesheet" href="/static/islands/{path}">' for path in styles] + [
        f'<script type="module" src="/static/islands/{entry["file"]}"></script>'
    ]


def _collect_styles(
    manifest: dict[str, Any], entry: dict[str, Any], styles: list[str], seen: set[str]
) -> None:
    for key in entry.get("imports", []):
        if key not in seen:
            seen.add(key)
            _collect_styles(manifest, manifest[key], styles, seen)
    styles.extend(path for path in entry.get("css", []) if path not in styles)


def _manifest(root: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((root / ".vite" / "manifest.json").read_text())
    except FileNotFoundError as error:
        raise LookupError("the islands are not built; run `make islands`") from error
    return found
