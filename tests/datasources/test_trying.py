"""Testing a connection against a real server: what went wrong, in words."""

import socket
import threading

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from app.audit.models import AuditEntry
from app.core import db
from tests.makers import make_datasource


@pytest.fixture(scope="session")
def superuser_fields(servers, connection_fields):
    """The server's own superuser, with a password."""
    postgres, _ = servers
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        admin.execute("create role almighty superuser login password 'almighty-secret'")
    return connection_fields | {"user": "almighty", "password": "almighty-secret"}


@pytest.fixture(scope="session")
def reader_fields(servers, source_url, connection_fields):
    """A role that may connect and read, and nothing else."""
    postgres, _ = servers
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        admin.execute("create role reader login password 'reader-secret'")
    return connection_fields | {"user": "reader", "password": "reader-secret"}


def form(connection, **changes):
    return {"kind": "postgres", "name": "Shop"} | connection | changes


def test_a_connection_that_works_says_which_server_it_met(browse, dana, reader_fields):
    answer = browse(dana).post("/datasources/test", form(reader_fields), htmx=True)
    assert answer.status_code == 200
    assert "It works" in answer.text
    assert "Connected to Postgres 1" in answer.text
    assert "can write" not in answer.text
    assert "<html" not in answer.text


def test_a_role_that_can_write_is_warned_of(browse, dana, connection_fields):
    assert "can write" in browse(dana).post("/datasources/test", form(connection_fields), htmx=True).text


def test_without_script_the_test_shows_the_whole_page_again(browse, dana, connection_fields):
    text = browse(dana).post("/datasources/test", form(connection_fields)).text
    assert "<html" in text
    assert "It works" in text
    assert 'value="Shop"' in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"host": "no-such-host.invalid"}, "was not found"),
        ({"host": "127.0.0.1", "port": "1"}, "refuses connections on port 1"),
        ({"password": "wrong"}, "refused the user source_owner"),
        ({"user": "nobody_here"}, "refused the user nobody_here|no role nobody_here"),
        ({"database": "nowhere"}, "There is no database nowhere"),
        ({"host": ""}, "host is missing"),
    ],
)
def test_each_failure_is_said_in_words(browse, dana, connection_fields, change, words):
    answer = browse(dana).post("/datasources/test", form(connection_fields, **change), htmx=True)
    assert answer.status_code == 200
    assert any(each in answer.text for each in words.split("|")), answer.text


def test_a_server_without_tls_is_said_in_words(browse, dana, connection_fields, loopback):
    answer = browse(dana).post("/datasources/test", form(connection_fields | loopback, sslmode="require"))
    assert "encrypted" in answer.text


@pytest.fixture
def loopback():
    """A server on TCP that answers no to TLS, as Postgres does when it has none."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse_tls() -> None:
            with server.accept()[0] as talk:
                talk.recv(8)
                talk.sendall(b"N")
                talk.recv(1)

        threading.Thread(target=refuse_tls, daemon=True).start()
        yield {"host": "127.0.0.1", "port": str(server.getsockname()[1])}


def test_a_connection_that_fails_is_saved_only_when_asked_twice(browse, dana, connection_fields):
    browser = browse(dana)
    sent = form(connection_fields, database="nowhere")
    refused = browser.post("/datasources", sent)
    assert refused.status_code == 422
    assert 'name="save_anyway"' in refused.text
    assert browser.api("GET", "/v1/datasources").json == {"datasources": []}
    assert browser.post("/datasources", sent | {"save_anyway": "true"}).status_code == 303


def test_no_insistence_saves_what_is_no_connection(browse, dana, connection_fields):
    answer = browse(dana).post("/datasources", form(connection_fields, host="", save_anyway="true"))
    assert answer.status_code == 422
    assert 'name="save_anyway"' not in answer.text


def test_a_superuser_is_refused_unless_an_admin_insists(browse, dana, superuser_fields):
    browser = browse(dana)
    refused = browser.post("/datasources", form(superuser_fields, save_anyway="true"))
    assert refused.status_code == 422
    assert "This role is a superuser" in refused.text
    assert 'name="allow_superuser"' in refused.text
    saved = browser.post("/datasources", form(superuser_fields, allow_superuser="true"))
    assert saved.status_code == 303
    assert browser.api("POST", f"/v1{saved.location}/test").json["ok"]
    with db.new_session() as session:
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "datasource.created"))
        assert entry.details == {"name": "Shop", "allow_superuser": True}


def test_insistence_ends_when_the_connection_moves(browse, dana, superuser_fields):
    browser = browse(dana)
    browser.post("/datasources", form(superuser_fields, allow_superuser="true"))
    assert browser.post("/datasources/1", form(superuser_fields, database="postgres")).status_code == 303
    moved = form(superuser_fields, sslmode="disable")
    assert browser.post("/datasources/1", moved).status_code == 422


def test_the_stored_password_is_used_for_testing(browse, dana, connection_fields):
    make_datasource(dana, connection_fields)
    answer = browse(dana).post("/datasources/1/test", form(connection_fields, password=""), htmx=True)
    assert "It works" in answer.text


def test_fields_that_are_wrong_are_named_before_anything_is_tried(browse, dana, connection_fields):
    answer = browse(dana).post("/datasources/test", form(connection_fields, port="many"), htmx=True)
    assert answer.status_code == 422
    assert "Port: Write a whole number." in answer.text


def test_a_url_does_as_well_and_is_split(browse, dana, source_url):
    answer = browse(dana).api("POST", "/v1/datasources", {"name": "Shop", "url": source_url})
    assert answer.status_code == 201, answer.text
    assert answer.json["host"] == make_url(source_url).query["host"]
    assert answer.json["user"] == "source_owner"
    assert answer.json["check"]["ok"]
    assert "source-secret" not in answer.text
