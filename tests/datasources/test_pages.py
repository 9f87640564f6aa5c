"""The datasource pages, by role, over a real server."""

import re

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import db
from app.datasources.connection import open_connection
from app.datasources.models import Datasource
from tests.makers import make_datasource

SECRET = "source-secret"


@pytest.fixture
def flights(dana, connection_fields):
    return make_datasource(dana, connection_fields)


def form(connection_fields, **changes):
    return {"kind": "postgres", "name": "Shop"} | connection_fields | changes


def stored(datasource_id):
    with db.new_session() as session:
        datasource = session.get_one(Datasource, datasource_id)
        return datasource.name, open_connection(datasource)


def entries():
    with db.new_session() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.resource_type == "datasource"))
        return [(entry.action, entry.details) for entry in found]


def test_an_admin_connects_a_datasource(browse, dana, connection_fields):
    answer = browse(dana).post("/datasources", form(connection_fields))
    assert (answer.status_code, answer.location) == (303, "/datasources/1")
    name, connection = stored(1)
    assert name == "Shop"
    assert connection == connection_fields | {"sslmode": "prefer"}
    assert entries() == [("datasource.created", {"name": "Shop"})]


def test_with_htmx_the_browser_is_sent_on(browse, dana, connection_fields):
    answer = browse(dana).post("/datasources", form(connection_fields), htmx=True)
    assert answer.headers["HX-Redirect"] == "/datasources/1"


def test_secrets_are_sealed_at_rest(session, flights):
    sealed = session.get_one(Datasource, flights.id).sealed_connection
    assert SECRET.encode() not in sealed


@pytest.mark.parametrize("who", ["alice", "bob", "dana"])
@pytest.mark.parametrize("path", ["/datasources", "/datasources/1", "/v1/datasources", "/v1/datasources/1"])
def test_no_page_ever_shows_the_password(request, browse, flights, who, path):
    answer = browse(request.getfixturevalue(who)).get(path)
    assert answer.status_code == 200
    assert SECRET not in answer.text


def test_a_refused_form_comes_back_without_its_password(browse, dana, connection_fields):
    answer = browse(dana).post("/datasources", form(connection_fields, port="1", password="typed-just-now"))
    assert answer.status_code == 422
    assert "typed-just-now" not in answer.text
    assert "Type it again" in answer.text


def test_a_viewer_sees_names_only(browse, bob, flights, connection_fields):
    for path in ("/datasources", "/datasources/1"):
        text = browse(bob).get(path).text
        assert "Flights" in text
        assert connection_fields["host"] not in text
        assert connection_fields["user"] not in text
        assert "/datasources/new" not in text
    assert browse(bob).api("GET", "/v1/datasources").json["datasources"][0].keys() == {
        "id",
        "kind",
        "name",
        "paused",
        "created_at",
        "changed_at",
    }


def test_an_editor_sees_where_it_points_but_gets_no_form(browse, alice, flights, connection_fields):
    text = browse(alice).get("/datasources/1").text
    assert connection_fields["user"] in text
    assert 'name="password"' not in text


@pytest.mark.parametrize("who", ["alice", "bob"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/datasources/new"),
        ("POST", "/datasources"),
        ("POST", "/datasources/1"),
        ("POST", "/datasources/1/test"),
        ("POST", "/datasources/test"),
        ("POST", "/datasources/1/archival"),
    ],
)
def test_only_an_admin_changes(request, browse, flights, connection_fields, who, method, path):
    browser = browse(request.getfixturevalue(who))
    answer = browser.get(path) if method == "GET" else browser.post(path, form(connection_fields))
    assert answer.status_code == 403
    assert entries() == [("datasource.created", {"name": "Flights"})]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/datasources/1"),
        ("POST", "/datasources/1"),
        ("POST", "/datasources/1/test"),
        ("POST", "/datasources/1/archival"),
    ],
)
def test_a_stranger_sees_404(browse, charlie, flights, connection_fields, method, path):
    browser = browse(charlie)
    answer = browser.get(path) if method == "GET" else browser.post(path, form(connection_fields))
    assert answer.status_code == 404
    assert "Flights" not in answer.text
    assert len(entries()) == 1


def test_a_stranger_sees_none_of_it_in_lists(browse, charlie, flights):
    assert "Flights" not in browse(charlie).get("/datasources").text
    assert browse(charlie).api("GET", "/v1/datasources").json == {"datasources": []}


@pytest.mark.parametrize("path", ["", "/1", "/test", "/1/test", "/1/archival"])
def test_without_a_csrf_token_nothing_changes(browse, dana, flights, connection_fields, path):
    answer = browse(dana).post(f"/datasources{path}", form(connection_fields), csrf=False)
    assert answer.status_code == 400
    assert len(entries()) == 1


@pytest.mark.parametrize("path", ["/datasources", "/datasources/new", "/datasources/1"])
def test_nobody_is_sent_to_sign_in(browse, flights, path):
    assert browse(None).get(path).location.startswith("/sign-in?next=")


def test_an_empty_password_keeps_the_stored_one(browse, dana, flights, connection_fields):
    sent = form(connection_fields, password="", name="Renamed")
    assert browse(dana).post("/datasources/1", sent).status_code == 303
    assert stored(1) == ("Renamed", connection_fields | {"sslmode": "prefer"})
    assert entries()[-1] == ("datasource.changed", {"name": "Renamed", "fields": "name"})


@pytest.mark.parametrize("change", [{"host": "evil.example"}, {"port": "6666"}, {"user": "eve"}])
@pytest.mark.parametrize("path", ["/datasources/1", "/datasources/1/test"])
def test_a_stored_password_is_never_sent_elsewhere(
    browse, dana, flights, connection_fields, monkeypatch, change, path
):
    monkeypatch.setattr("app.datasources.check._try", lambda *_: pytest.fail("it was tried"))
    before = stored(1)
    sent = form(connection_fields, password="", save_anyway="true", **change)
    answer = browse(dana).post(path, sent)
    assert answer.status_code == 422
    assert "Enter it again" in answer.text
    assert stored(1) == before


def test_a_url_cannot_lure_the_stored_password_away(browse, dana, flights, connection_fields):
    before = stored(1)
    sent = form(connection_fields, password="", url="postgresql://evil.example/source", save_anyway="true")
    answer = browse(dana).post("/datasources/1", sent)
    assert answer.status_code == 422
    assert "Enter it again" in answer.text
    assert stored(1) == before


def test_another_database_on_the_same_server_keeps_the_password(browse, dana, flights, connection_fields):
    answer = browse(dana).post("/datasources/1", form(connection_fields, password="", database="nowhere"))
    assert answer.status_code == 422
    assert "There is no database nowhere" in answer.text


def test_an_archived_datasource_is_gone_and_its_name_is_free(browse, dana, flights, connection_fields):
    assert browse(dana).post("/datasources/1/archival").location == "/datasources"
    assert browse(dana).get("/datasources/1").status_code == 404
    assert "Flights" not in re.sub(r"(?s)<div class=\"toasts.*", "", browse(dana).get("/datasources").text)
    assert stored(1) == ("Flights", {})
    assert browse(dana).post("/datasources", form(connection_fields, name="Flights")).status_code == 303


def test_a_name_is_taken_once(browse, dana, flights, connection_fields):
    answer = browse(dana).post("/datasources", form(connection_fields, name=" Flights "))
    assert answer.status_code == 422
    assert "There is a datasource with this name already." in answer.text


def test_all_that_is_wrong_is_said_at_once(browse, dana, connection_fields):
    sent = form(connection_fields, name="", port="70000", sslmode="maybe")
    text = browse(dana).post("/datasources", sent).text
    assert "This is required." in text
    assert "A port is a number from 1 to 65535." in text
    assert "Choose one of: disable, prefer, require, verify-full." in text


def test_markup_in_a_name_is_text(browse, dana, connection_fields):
    make_datasource(dana, connection_fields, name="<script>alert(1)</script>")
    for path in ("/datasources", "/datasources/1"):
        assert "<script>alert" not in browse(dana).get(path).text


def test_an_unknown_kind_is_refused(browse, dana, connection_fields):
    assert browse(dana).get("/datasources/new?kind=dbase").status_code == 422
    assert browse(dana).post("/datasources", form(connection_fields, kind="dbase")).status_code == 422


def test_the_list_takes_one_query_however_long(browse, dana, connection_fields, count_statements):
    for number in range(3):
        make_datasource(dana, connection_fields, name=f"D{number}")
    browser = browse(dana)
    with count_statements() as few:
        browser.get("/datasources")
    for number in range(3, 9):
        make_datasource(dana, connection_fields, name=f"D{number}")
    with count_statements() as many:
        browser.get("/datasources")
    assert len(few) == len(many)
