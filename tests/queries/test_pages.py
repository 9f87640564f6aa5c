"""The list, the workbench and the versions, as an editor, a viewer and a stranger meet them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.datasources.models import Datasource
from app.queries.models import Query, QueryVersion
from app.queries.parameters import Declared, ParameterKind
from tests.browsing import Browser
from tests.makers import make_query
from tests.queries.counting import statements

Browse = Callable[[Actor | None], Browser]
CARRIER = (Declared("carrier", ParameterKind.TEXT, "UA"),)


@pytest.fixture
def query(alice: Actor, source: Datasource) -> Query:
    return make_query(alice, source, "select {{ carrier }} as c", "Flights a day", CARRIER)


def form(source: Datasource, **changed: Any) -> dict[str, Any]:
    return {
        "name": "New one",
        "description": "",
        "datasource_id": str(source.id),
        "sql": "select {{ n }}",
        "param.n.kind": "integer",
        "param.n.value": "7",
    } | changed


def test_an_editor_saves_and_lands_on_the_query(
    browse: Browse, alice: Actor, source: Datasource, session: Session
) -> None:
    answer = browse(alice).post("/queries", form(source, sql="select\r\n{{ n }}"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/queries/1")
    assert answer.headers["HX-Trigger"] == "plumb:saved"  # or the browser asks whether to leave
    version = session.scalars(select(QueryVersion)).one()
    assert version.sql == "select\n{{ n }}"
    assert [(p.name, p.kind, p.default) for p in version.parameters] == [("n", "integer", "7")]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": " "}, "Give the query a name"),
        ({"datasource_id": ""}, "Choose the datasource"),
        ({"datasource_id": "99"}, "There is no datasource 99"),
        ({"sql": ""}, "Write some SQL"),
        ({"sql": "select '{{ n }}'"}, "without quotes around it"),
        ({"sql": "x" * 1_000_001}, "1,000,001 characters"),
        ({"param.n.value": "seven"}, "Write a whole number"),
        ({"param.n.kind": "money"}, "Choose one of the kinds"),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(
    browse: Browse, alice: Actor, source: Datasource, session: Session, changed: dict[str, str], words: str
) -> None:
    page = browse(alice)
    for htmx in (False, True):
        answer = page.post("/queries", form(source, **changed), htmx=htmx)
        assert answer.status_code == 422
        assert words in answer.text
    assert session.scalar(select(func.count()).select_from(Query)) == 0


def test_a_wrong_default_stands_at_its_field(browse: Browse, alice: Actor, source: Datasource) -> None:
    text = browse(alice).post("/queries", form(source, **{"param.n.value": "seven"}), htmx=True).text
    assert 'hx-swap-oob="true"' in text
    assert 'aria-invalid="true" aria-describedby="param-n-error"' in text
    assert 'value="seven"' in text


def test_what_was_typed_is_still_there_after_a_refusal(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    text = browse(alice).post("/queries", form(source, name="", sql="select 'mine', {{ n }}")).text
    assert "select &#39;mine&#39;, {{ n }}</textarea>" in text
    assert "<title>New query" in text


def test_saving_again_answers_with_the_head_only(
    browse: Browse, alice: Actor, source: Datasource, query: Query
) -> None:
    answer = browse(alice).post("/queries/1", form(source, based_on="1"), htmx=True)
    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "plumb:saved"
    assert 'name="based_on" value="2"' in answer.text
    assert "plumb-editor" not in answer.text


def test_a_second_save_of_the_same_version_is_a_choice(
    browse: Browse, alice: Actor, dana: Actor, source: Datasource, query: Query, session: Session
) -> None:
    browse(dana).post("/queries/1", form(source, based_on="1"))
    page = browse(alice)
    late = form(source, name="Mine", based_on="1")
    assert page.post("/queries/1", late).status_code == 409
    answer = page.post("/queries/1", late, htmx=True)
    assert answer.status_code == 422
    assert "Dana saved version 2 while you were editing version 1" in answer.text
    assert 'name="overwrite" value="2"' in answer.text
    assert session.get_one(Query, 1).latest == 2
    session.rollback()
    assert page.post("/queries/1", late | {"overwrite": "2"}, htmx=True).status_code == 200
    assert session.get_one(Query, 1).latest == 3


def test_the_workbench_runs_by_htmx_and_without_script(browse: Browse, alice: Actor, query: Query) -> None:
    text = browse(alice).get("/queries/1").text
    assert '<form id="workbench"' in text and 'method="post" action="/runs"' in text
    assert 'hx-post="/runs" hx-target="#run"' in text
    assert 'hx-get="/queries/1/latest-run"' in text
    assert 'name="param.carrier.value" value="UA"' in text
    assert "<title>Flights a day" in text
    assert 'hx-get="/runs/42"' in browse(alice).get("/queries/1?run=42").text


def test_only_the_editors_page_allows_the_editors_styles(
    browse: Browse, alice: Actor, bob: Actor, query: Query
) -> None:
    policy = browse(alice).get("/queries/1").headers["Content-Security-Policy"]
    assert "nonce-" in policy and "script-src 'self'" in policy
    viewed = browse(bob).get("/queries/1")
    assert "nonce-" not in viewed.headers["Content-Security-Policy"]


def test_a_viewer_changes_values_but_writes_nothing(
    browse: Browse, bob: Actor, source: Datasource, query: Query
) -> None:
    page = browse(bob)
    text = page.get("/queries/1").text
    assert "<plumb-editor" not in text and "data-save" not in text and "Archive" not in text
    assert 'name="param.carrier.value"' in text and "Apply" in text
    assert page.get("/queries/new").status_code == 403
    assert page.post("/queries", form(source)).status_code == 403
    assert page.post("/queries/1", form(source, based_on="1")).status_code == 403
    assert page.post("/queries/1/archival").status_code == 403
    assert page.post("/queries/parameters", form(source)).status_code == 403


def test_a_stranger_sees_404(
    browse: Browse, charlie: Actor, source: Datasource, query: Query, session: Session
) -> None:
    page = browse(charlie)
    assert page.get("/queries/1").status_code == 404
    assert page.get("/queries/1/versions").status_code == 404
    assert page.post("/queries/1", form(source, based_on="1")).status_code == 404
    assert page.post("/queries/1/archival").status_code == 404
    assert "Flights a day" not in page.get("/queries").text
    assert page.post("/queries", form(source)).status_code == 422
    assert session.scalar(select(func.count()).select_from(QueryVersion)) == 1


@pytest.mark.parametrize("path", ["/queries/0", "/queries/99999999999999999999", "/queries/2"])
def test_a_query_that_is_none_is_404(browse: Browse, alice: Actor, query: Query, path: str) -> None:
    assert browse(alice).get(path).status_code == 404


def test_a_forged_form_saves_nothing(browse: Browse, alice: Actor, source: Datasource) -> None:
    assert browse(alice).post("/queries", form(source), csrf=False).status_code == 400


def test_parameters_follow_the_sql(browse: Browse, alice: Actor, source: Datasource) -> None:
    page = browse(alice)
    same = form(source)
    assert page.post("/queries/parameters", same, htmx=True).status_code == 204
    grown = page.post("/queries/parameters", form(source, sql="select {{ n }}, {{ since }}"), htmx=True).text
    assert 'name="param.n.value" value="7"' in grown
    assert 'name="param.since.value" value="" type="date"' in grown
    changed = page.post("/queries/parameters?changed=n", same | {"param.n.kind": "boolean"}, htmx=True)
    assert changed.status_code == 200 and "<option" in changed.text
    broken = page.post("/queries/parameters", form(source, sql="select {{ n"), htmx=True).text
    assert '<plumb-mark field="sql" position="8"' in broken and 'value="7"' in broken
    mended = page.post("/queries/parameters", same | {"bad_sql": "1"}, htmx=True)
    assert mended.status_code == 200 and "plumb-mark" not in mended.text


def test_a_run_that_is_refused_says_why_at_the_parameter(
    browse: Browse, alice: Actor, bob: Actor, source: Datasource, query: Query
) -> None:
    typed = form(source, **{"param.n.value": "seven"})
    text = browse(alice).post("/runs", typed, htmx=True).text
    assert 'id="param-n-error"' in text and 'value="seven"' in text
    text = browse(bob).post("/runs", {"query_id": "1", "param.carrier.value": "\0"}, htmx=True).text
    assert 'id="param-carrier-error"' in text and "hx-post" not in text
    assert "param-n-error" not in browse(alice).post("/runs", typed).text


def test_an_archived_query_leaves_the_list(browse: Browse, alice: Actor, query: Query) -> None:
    page = browse(alice)
    assert page.post("/queries/1/archival").headers["Location"] == "/queries"
    assert page.get("/queries/1").status_code == 404
    assert "Flights a day</a>" not in page.get("/queries").text


def test_the_list_searches_names_as_text(browse: Browse, alice: Actor, source: Datasource) -> None:
    for name in ("100% on time", "100 on time", "Delays"):
        make_query(alice, source, name=name)
    page = browse(alice)
    text = page.get("/queries?q=100%25").text
    assert "100% on time" in text and "100 on time" not in text
    fragment = page.get("/queries?q=DELAY", htmx=True).text
    assert "Delays" in fragment and "<html" not in fragment
    assert "No query is called that" in page.get("/queries?q=nothing%00").text


def test_the_list_pages_by_keyset_in_as_many_statements_as_one(
    browse: Browse, alice: Actor, source: Datasource, session: Session
) -> None:
    make_query(alice, source, name="First")
    page = browse(alice)
    with statements() as few:
        page.get("/queries")
    moment = now()
    for number in range(2, 112):
        session.add(
            Query(org_id=alice.org_id, name=f"Query {number}", created_by=alice.user_id, changed_at=moment)
        )
    session.flush()
    session.add_all(
        QueryVersion(query_id=n, number=1, datasource_id=source.id, sql="select 1", saved_by=alice.user_id)
        for n in range(2, 112)
    )
    session.commit()
    seen: list[str] = []
    path: str | None = "/queries"
    while path:
        with statements() as many:
            text = page.get(path).text
        assert len(many) == len(few)
        seen += [
            line.split(">")[1].split("<")[0]
            for line in text.split('<a href="/queries/')[1:]
            if "class" not in line[:40]
        ]
        after = text.split("after=")
        path = "/queries?after=" + after[1].split('"')[0] if len(after) > 1 else None
    names = [name for name in seen if name.startswith(("Query ", "First"))]
    assert len(names) == len(set(names)) == 111
    assert names[-1] == "First"


@pytest.mark.parametrize("after", ["x", "1-", "-1", "9" * 39, "1-99999999999999999999", "٣-1"])
def test_a_page_that_is_none_is_said(browse: Browse, alice: Actor, after: str) -> None:
    assert browse(alice).get("/queries", query_string={"after": after}).status_code == 422


def test_versions_are_listed_with_who_and_what(
    browse: Browse, alice: Actor, dana: Actor, source: Datasource, query: Query
) -> None:
    browse(dana).post("/queries/1", form(source, based_on="1"))
    text = browse(alice).get("/queries/1/versions").text
    assert text.index("Version 2") < text.index("Version 1")
    assert "Dana" in text and "select {{ n }}" in text
    assert "Version 2" not in browse(alice).get("/queries/1/versions?before=2").text


def test_names_and_sql_stay_text(browse: Browse, alice: Actor, source: Datasource) -> None:
    hostile = "</textarea><script>alert(1)</script>"
    make_query(alice, source, f"select '{hostile}'", hostile)
    page = browse(alice)
    for path in ("/queries", "/queries/1", "/queries/1/versions"):
        assert "<script>alert" not in page.get(path).text
