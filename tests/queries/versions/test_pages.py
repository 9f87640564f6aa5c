"""Versions beside each other, brought back, and the archive, as each person meets them."""

from collections.abc import Callable

import pytest

from app.accounts.allow import Actor
from app.core import db
from app.datasources.models import Datasource
from app.queries.models import Query
from app.queries.parameters import Declared, ParameterKind
from app.queries.save import save_version
from app.runs.execute import execute_run
from tests.browsing import Browser
from tests.makers import make_query

Browse = Callable[[Actor | None], Browser]


@pytest.fixture
def query(alice: Actor, source: Datasource) -> Query:
    """Two versions: text became a number, and a line was added."""
    made = make_query(
        alice, source, "select {{ x }}", "Question", (Declared("x", ParameterKind.TEXT, "<b>a</b>"),)
    )
    save(alice, source, made, "select {{ x }}\n-- hostile </td><script>", based_on=1)
    return made


def save(alice: Actor, source: Datasource, query: Query, sql: str, based_on: int) -> None:
    with db.transaction() as session:
        save_version(
            session,
            alice,
            session.get_one(Query, query.id),
            name="Question",
            description="",
            datasource_id=source.id,
            sql=sql,
            parameters=[Declared("x", ParameterKind.INTEGER, "1", required=False)],
            based_on=based_on,
        )


def test_two_versions_stand_side_by_side(browse: Browse, bob: Actor, query: Query) -> None:
    page = browse(bob)
    text = page.get("/queries/1/versions/2").text
    assert (
        '<ins><span class="visually-hidden">Added: </span>-- hostile &lt;/td&gt;&lt;script&gt;</ins>' in text
    )
    assert "text, default &lt;b&gt;a&lt;/b&gt;" in text and "integer, default 1, optional" in text
    assert "<script>alert" not in text and "Restore as" not in text
    assert "as it was saved" in page.get("/queries/1/versions/1").text
    assert page.get("/queries/1/versions/1?with=2").status_code == 200
    for path in (
        "/queries/1/versions/9",
        "/queries/1/versions/99999999999999999999",
        "/queries/1/versions/0",
    ):
        assert page.get(path).status_code == 404


def test_a_version_comes_back_as_a_new_one(browse: Browse, alice: Actor, bob: Actor, query: Query) -> None:
    assert "Restore as version 3" in browse(alice).get("/queries/1/versions/1").text
    assert browse(bob).post("/queries/1/versions/1/restoration").status_code == 403
    page = browse(alice)
    assert page.post("/queries/1/versions/1/restoration").headers["Location"] == "/queries/1"
    shown = page.api("GET", "/v1/queries/1").json
    assert (shown["version"], shown["sql"]) == (3, "select {{ x }}")
    assert (shown["parameters"][0]["kind"], shown["parameters"][0]["default"]) == ("text", "<b>a</b>")
    assert page.post("/queries/1/versions/3/restoration").status_code == 409


def test_a_result_of_a_former_version_is_marked(
    browse: Browse, alice: Actor, source: Datasource, query: Query
) -> None:
    page = browse(alice)
    page.api("POST", "/v1/runs", {"query_id": 1})
    execute_run(1)
    assert "from version" not in page.get("/runs/1", htmx=True).text
    save(alice, source, query, "select {{ x }} + 1", based_on=2)
    assert "from version 2" in page.get("/runs/1", htmx=True).text


def test_the_list_searches_sql_too(browse: Browse, bob: Actor, query: Query) -> None:
    assert "Question" in browse(bob).get("/queries?q=HOSTILE", htmx=True).text
    assert "Question" not in browse(bob).get("/queries?q=nowhere", htmx=True).text


def test_what_is_archived_comes_back(browse: Browse, alice: Actor, bob: Actor, query: Query) -> None:
    page = browse(alice)
    assert page.post("/queries/1/unarchival").status_code == 409
    page.post("/queries/1/archival")
    assert 'action="/queries/1/unarchival"' in page.get("/queries?archived=1").text
    assert "unarchival" not in browse(bob).get("/queries?archived=1").text
    assert browse(bob).post("/queries/1/unarchival").status_code == 403
    assert page.post("/queries/1/unarchival").headers["Location"] == "/queries/1"
    assert page.get("/queries/1").status_code == 200


def test_a_stranger_sees_404(browse: Browse, charlie: Actor, query: Query) -> None:
    page = browse(charlie)
    assert page.get("/queries/1/versions/1").status_code == 404
    for path in ("/queries/1/versions/1/restoration", "/queries/1/unarchival", "/queries/1/fork"):
        assert page.post(path).status_code == 404
    for path in ("/v1/queries/1/versions", "/v1/queries/1/versions/1"):
        assert page.api("GET", path).status_code == 404
    for path in ("versions/1/restoration", "archival", "unarchival"):
        assert page.api("POST", f"/v1/queries/1/{path}").status_code == 404


def test_the_api_reads_and_restores(browse: Browse, alice: Actor, bob: Actor, query: Query) -> None:
    page = browse(alice)
    assert [
        each["version"] for each in browse(bob).api("GET", "/v1/queries/1/versions").json["versions"]
    ] == [2, 1]
    assert page.api("GET", "/v1/queries/1/versions/1").json["parameters"][0]["kind"] == "text"
    made = page.api("POST", "/v1/queries/1/versions/1/restoration")
    assert (made.status_code, made.json["version"]) == (201, 3)
    page.post("/queries/1/archival")
    assert page.api("POST", "/v1/queries/1/unarchival").json == {"id": 1, "name": "Question", "version": 3}
