"""The tags of an island, and its files in the form that the browser takes."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web import islands

MANIFEST = {
    "grid/main.ts": {
        "name": "grid",
        "file": "assets/grid-1.js",
        "isEntry": True,
        "imports": ["_vue"],
        "css": ["assets/grid-1.css"],
    },
    "grid/kinds/wide.ts": {
        "file": "assets/wide-1.js",
        "isDynamicEntry": True,
        "imports": ["_vue", "_wide", "grid/main.ts"],
    },
    "_wide": {"file": "assets/shared-1.js"},
    "_vue": {"file": "assets/vue-1.js", "css": ["assets/vue-1.css"]},
}


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    built = tmp_path / "islands"
    (built / ".vite").mkdir(parents=True)
    (built / ".vite" / "manifest.json").write_text(json.dumps(MANIFEST))
    (built / "assets").mkdir()
    for name in ("grid-1.js", "grid-1.js.br", "grid-1.js.gz", "grid-1.css"):
        (built / "assets" / name).write_text(name)
    app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static")
    islands.install(app)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_an_island_brings_all_its_styles_and_its_script_once_a_page(app):
    with app.test_request_context():
        tags = str(app.jinja_env.globals["island"]("grid"))
        again = str(app.jinja_env.globals["island"]("grid"))
    assert tags.splitlines() == [
        '<link rel="stylesheet" href="/static/islands/assets/vue-1.css">',
        '<link rel="stylesheet" href="/static/islands/assets/grid-1.css">',
        '<link rel="modulepreload" href="/static/islands/assets/vue-1.js">',
        '<script type="module" src="/static/islands/assets/grid-1.js"></script>',
    ]
    assert again == ""


def test_what_an_island_will_ask_for_comes_beside_it(app):
    with app.test_request_context():
        plain = str(app.jinja_env.globals["island"]("grid")).splitlines()
    with app.test_request_context():
        tags = str(app.jinja_env.globals["island"]("grid", "kinds/wide", "kinds/unheard_of")).splitlines()
    assert set(tags) - set(plain) == {
        '<link rel="modulepreload" href="/static/islands/assets/wide-1.js">',
        '<link rel="modulepreload" href="/static/islands/assets/shared-1.js">',
    }


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("gzip, deflate, br", "br", "grid-1.js.br"),
        ("gzip", "gzip", "grid-1.js.gz"),
        ("identity", None, "grid-1.js"),
        ("br;q=0, gzip", "gzip", "grid-1.js.gz"),
    ],
)
def test_a_script_comes_packed_as_the_browser_takes_it(client, accepted, coding, body):
    answer = client.get("/static/islands/assets/grid-1.js", headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("Content-Encoding"), answer.text) == (coding, body)
    assert answer.mimetype == "text/javascript"


def test_a_file_that_is_not_packed_comes_as_it_is(client):
    answer = client.get("/static/islands/assets/grid-1.css", headers={"Accept-Encoding": "br"})
    assert (answer.status_code, answer.headers.get("Content-Encoding"), answer.text) == (
        200,
        None,
        "grid-1.css",
    )
    assert client.get("/static/islands/assets/none.js", headers={"Accept-Encoding": "br"}).status_code == 404


@pytest.mark.parametrize("name", ["grid", "chart", "dashboard"])
def test_pages_without_an_editor_load_nothing_of_it(name):
    built = Path(__file__).resolve().parents[2] / "static" / "islands" / ".vite" / "manifest.json"
    manifest = json.loads(built.read_text())
    left, seen = [f"{name}/main.ts"], set()
    while left:
        entry = left.pop()
        seen.add(entry)
        left += set(manifest[entry].get("imports", [])) - seen
    assert not [entry for entry in seen if "monaco" in entry]
