"""`/v1/datasources`: shapes, roles, and nothing secret in an answer."""

import pytest

from tests.makers import make_datasource


@pytest.fixture
def flights(dana, connection_fields):
    return make_datasource(dana, connection_fields)


def test_the_list_shows_where_each_points(browse, alice, flights, connection_fields):
    found = browse(alice).api("GET", "/v1/datasources").json["datasources"]
    assert [each["name"] for each in found] == ["Flights"]
    assert found[0]["id"] == flights.id
    assert found[0]["kind"] == "postgres"
    assert found[0]["host"] == connection_fields["host"]
    assert "password" not in found[0]
    assert browse(alice).api("GET", f"/v1/datasources/{flights.id}").json == found[0]


def test_fields_may_stand_in_connection_or_beside_the_name(browse, dana, connection_fields):
    browser = browse(dana)
    nested = {"kind": "postgres", "name": "Nested", "connection": connection_fields}
    flat = {"name": "Flat", **connection_fields, "port": 5432, "sslmode": None}
    for body in (nested, flat):
        answer = browser.api("POST", "/v1/datasources", body)
        assert answer.status_code == 201, answer.text
        assert answer.json["check"]["ok"] is True
        assert answer.headers["Location"] == f"/v1/datasources/{answer.json['id']}"
        assert connection_fields["password"] not in answer.text


def test_a_server_that_is_away_does_not_stop_a_script(browse, dana, connection_fields):
    body = {"name": "Away", **connection_fields, "host": "127.0.0.1", "port": 1}
    answer = browse(dana).api("POST", "/v1/datasources", body)
    assert answer.status_code == 201
    assert answer.json["check"]["problem"] == "refused"
    careful = browse(dana).api("POST", "/v1/datasources", body | {"name": "B", "save_anyway": False})
    assert careful.status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "A", "kind": "dbase"}, "kind"),
        ({"name": "A", "port": "x"}, "port"),
        ({"name": "A", "port": [1]}, "port"),
        ({"name": "A", "color": "red"}, "color"),
        ({"name": "A\u0000"}, "name"),
        ({"name": "A\ud800"}, "name"),
        ({"name": "A", "host": "a\u0000b"}, "host"),
        ({"name": "A", "connection": "postgres://"}, "connection"),
        ({"name": "A", "connection": {"allow_superuser": "true"}}, "allow_superuser"),
        ({"name": "A", "user": "x", "database": "y"}, "host"),
        ({"name": "A", "url": "mysql://u:hush-hush@h/d"}, "url"),
    ],
)
def test_what_is_wrong_is_named_by_field(browse, dana, body, field):
    answer = browse(dana).api("POST", "/v1/datasources", body)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert field in answer.json["fields"], answer.json
    assert "hush-hush" not in answer.text
    assert browse(dana).api("GET", "/v1/datasources").json == {"datasources": []}


def test_what_was_not_saved_can_be_tested(browse, dana, connection_fields):
    answer = browse(dana).api("POST", "/v1/datasources/test", {"connection": connection_fields})
    assert answer.json["ok"] is True
    assert answer.json["can_write"] is True
    assert answer.json["server_version"]
    wrong = browse(dana).api("POST", "/v1/datasources/test", connection_fields | {"password": "wrong"})
    assert (wrong.json["ok"], wrong.json["problem"]) == (False, "wrong_password")


def test_what_is_stored_can_be_tested(browse, dana, flights):
    assert browse(dana).api("POST", f"/v1/datasources/{flights.id}/test").json["ok"] is True


@pytest.mark.parametrize("who", ["alice", "bob"])
@pytest.mark.parametrize("path", ["", "/test", "/1/test"])
def test_only_an_admin_changes(request, browse, flights, connection_fields, who, path):
    body = {"name": "Mine", **connection_fields}
    answer = browse(request.getfixturevalue(who)).api("POST", f"/v1/datasources{path}", body)
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/1"), ("POST", "/1/test"), ("GET", "/2"), ("GET", "/0")]
)
def test_a_stranger_sees_404(browse, charlie, flights, method, path):
    answer = browse(charlie).api(method, f"/v1/datasources{path}")
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", ""), ("GET", "/1"), ("POST", "/test")])
def test_nobody_gets_401(browse, flights, method, path):
    answer = browse(None).api(method, f"/v1/datasources{path}", {})
    assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")
