"""Style sheet, scripts and icons under one content hash, so that browsers keep them for ever.

`/assets/<version>/js/app.js`: a module's relative imports stay below the same version, so none is rewritten.
`css/plumb.css` is served with its `@import ... layer(...)` lines replaced by the files they name.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request

IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>\w+)\);')
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}
FOLDERS = ("css", "js", "vendor")

bp = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    body: bytes
    packed: bytes
    mimetype: str


class Assets:
    """The files of `static/` that are ours; `live` looks for changed files at each page, for development."""

    def __init__(self, root: Path, *, live: bool = False) -> None:
        self.root = root
        self.live = live
        self._stamp: tuple[tuple[str, int], ...] = ()
        self._version = ""
        self._read: dict[str, Asset] = {}

    @property
    def version(self) -> str:
        if self.live or not self._version:
            self._look()
        return self._version

    def url(self, path: str) -> str:
        return f"/assets/{self.version}/{path}"

    def find(self, path: str) -> Asset | None:
        """The asset at `path` below `static/`, or None where there is none of ours."""
        _ = self.version
        if path not in self._read and path in dict(self._stamp):
            body = self._body(path)
            self._read[path] = Asset(body, gzip.compress(body, 9, mtime=0), TYPES[Path(path).suffix])
        return self._read.get(path)

    def _look(self) -> None:
        stamp = tuple((str(file.relative_to(self.root)), file.stat().st_mtime_ns) for file in self._files())
        if stamp == self._stamp:
            return
        digest = hashlib.sha256()
        for name, _ in stamp:
            digest.update(name.encode() + b"\0" + (self.root / name).read_bytes())
        self._stamp, self._version, self._read = stamp, digest.hexdigest()[:12], {}

    def _files(self) -> list[Path]:
        below = [file for folder in FOLDERS for file in (self.root / folder).rglob("*")]
        return sorted(file for file in [*self.root.glob("*"), *below] if file.suffix in TYPES)

    def _body(self, path: str) -> bytes:
        file = self.root / path
        if file.suffix != ".css":
            return file.read_bytes()

        def join(found: re.Match[str]) -> str:
            imported = (file.parent / found["path"]).read_text("utf-8")
            return f"@layer {found['layer']} {{\n{imported}}}\n"

        return IMPORT.sub(join, file.read_text("utf-8")).encode()


def install(app: Flask) -> None:
    """Serves the assets of `app` and gives its templates `asset('js/app.js')`."""
    assets = Assets(Path(app.static_folder or "static"), live=app.debug)
    app.extensions["assets"] = assets
    app.jinja_env.globals["asset"] = assets.url
    app.register_blueprint(bp)


@bp.get("/assets/<version>/<path:path>")
def show(version: str, path: str) -> Response:
    assets: Assets = current_app.extensions["assets"]
    asset = assets.find(path)
    if asset is None:
        abort(404)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(asset.packed if packed else asset.body, mimetype=asset.mimetype)
    answer.headers["Vary"] = "Accept-Encoding"
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    # A page of an older release asks for a version that is gone: it gets today's file, but must not keep it.
    kept = version == assets.version
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
    return answer
