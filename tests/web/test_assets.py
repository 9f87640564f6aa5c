"""The style sheet, scripts and icons as the browser gets them."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web import assets
from app.web.assets import Assets

STATIC = Path(__file__).resolve().parents[2] / "static"


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("plumbline", static_folder=str(STATIC))
    assets.install(app)
    return app.test_client()


@pytest.fixture
def own() -> Assets:
    return Assets(STATIC)


def test_the_style_sheet_comes_as_one_file(own: Assets) -> None:
    sheet = own.find("css/plumb.css")
    assert sheet is not None
    assert b"@import" not in sheet.body
    assert b"@layer tokens {" in sheet.body and b"--chart-8" in sheet.body


def test_every_style_sheet_is_named_in_the_entry() -> None:
    entry = (STATIC / "css" / "plumb.css").read_text()
    named = set(re.findall(r'@import url\("([^"]+)"\)', entry))
    found = {str(file.relative_to(STATIC / "css")) for file in (STATIC / "css").rglob("*.css")}
    assert named == found - {"plumb.css"}


def test_an_asset_of_this_version_is_kept_for_ever_and_packed(client: FlaskClient, own: Assets) -> None:
    answer = client.get(own.url("js/app.js"), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(answer.data) == (STATIC / "js" / "app.js").read_bytes()


def test_an_asset_of_another_version_is_todays_and_is_not_kept(client: FlaskClient) -> None:
    answer = client.get("/assets/000000000000/js/app.js")
    assert answer.data == (STATIC / "js" / "app.js").read_bytes()
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["js/none.js", "../app/main.py", "islands/.vite/manifest.json", "js"])
def test_what_is_not_ours_is_not_found(client: FlaskClient, own: Assets, path: str) -> None:
    assert client.get(own.url(path)).status_code == 404


def test_a_changed_file_changes_the_version_while_developing(tmp_path: Path) -> None:
    script = tmp_path / "js" / "one.js"
    script.parent.mkdir()
    script.write_text("1")
    developing = Assets(tmp_path, live=True)
    before = developing.url("js/one.js")
    script.write_text("22")
    assert developing.url("js/one.js") != before


def test_light_and_dark_define_the_same_chart_colours() -> None:
    tokens = STATIC / "css" / "tokens"
    names = [
        set(re.findall(r"(--chart-\w+):", (tokens / file).read_text()))
        for file in ("meanings.css", "dark.css")
    ]
    assert names[0] == names[1]


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    templates = (STATIC.parent / "templates").rglob("*.html")
    named = {name for file in templates for name in re.findall(r"icon(?:=|\()'([a-z_-]+)'", file.read_text())}
    assert named <= drawn
