"""Tags for the built front-end islands, read from Vite's manifest."""

import json
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from markupsafe import Markup

ENTRY_FOLDER = "static/islands"
PACKED = {"br": ".br", "gzip": ".gz"}


def install(app: Flask) -> None:
    root = Path(app.static_folder or "static") / "islands"

    def island(name: str, *later: str) -> Markup:
        """Script and style tags of one island, once a page.

        `later`: modules in its folder that it will ask for here, such as "kinds/bar"; they come beside it.
        """
        shown: set[str] = g.setdefault("islands", set())
        tags = [tag for tag in _tags(root, name, later) if tag not in shown]
        shown.update(tags)
        return Markup("\n").join(Markup(tag) for tag in tags)

    def send(filename: str) -> Response:
        """A file of `static/`, packed where the build left it packed and the browser takes it so."""
        for coding, suffix in PACKED.items():
            packed = filename + suffix
            if (
                request.accept_encodings[coding]
                and filename.startswith("islands/")
                and packed in _files(root)
            ):
                answer = app.send_static_file(packed)
                answer.mimetype = mimetypes.guess_type(filename)[0] or "application/octet-stream"
                answer.headers["Content-Encoding"] = coding
                answer.vary.add("Accept-Encoding")
                return answer
        return app.send_static_file(filename)

    app.jinja_env.globals["island"] = island
    app.view_functions["static"] = send


@lru_cache
def _files(root: Path) -> frozenset[str]:
    return frozenset(str(file.relative_to(root.parent)) for file in root.rglob("*"))


@lru_cache
def _tags(root: Path, name: str, later: tuple[str, ...] = ()) -> list[str]:
    manifest = _manifest(root)
    entry = next(
        (item for item in manifest.values() if item.get("isEntry") and item.get("name") == name), None
    )
    if entry is None:
        raise LookupError(f"the island {name!r} is not built; run `make islands`")
    styles: list[str] = []
    imported: set[str] = set()
    _collect_styles(manifest, entry, styles, imported)
    for part in later:
        key = f"{name}/{part}.ts"
        if key in manifest:
            _collect_styles(manifest, manifest[key], styles, imported)
            imported.add(key)
    imported.discard(f"{name}/main.ts")
    return [
        *(f'<link rel="stylesheet" href="/static/islands/{path}">' for path in styles),
        *(_preload(manifest[key]["file"]) for key in sorted(imported)),
        f'<script type="module" src="/static/islands/{entry["file"]}"></script>',
    ]


def _preload(path: str) -> str:
    """Lets the browser fetch what an entry imports beside the entry, not after it."""
    return f'<link rel="modulepreload" href="/static/islands/{path}">'


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
