"""A datasource's host is checked where it is connected to: on the form, by the API, at a run, by a probe."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.core import db, fence, runtime, vault
from app.core.settings import SettingsError, load_settings
from app.datasources.connectors.postgres.connector import PostgresConnector
from app.datasources.models import Datasource
from app.datasources.probe import probe
from tests.datasources.connectors.reading import read
from tests.datasources.connectors.server import Server, running_server
from tests.makers import finish, make_datasource

ASKED = {"kind": "postgres", "name": "Inside"}


@pytest.fixture
def fenced(app) -> Iterator[None]:
    runtime.configure(replace(runtime.settings(), private_datasources=""))
    yield
    runtime.configure(replace(runtime.settings(), private_datasources="all"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "/tmp", "8.8.8.8,10.0.0.1"])
def test_a_host_inside_is_refused_at_its_field_and_nothing_is_saved(
    fenced, browse, dana, connection_fields, host
):
    sent = connection_fields | {"host": host}
    answer = browse(dana).api("POST", "/v1/datasources", ASKED | {"connection": sent})
    assert answer.status_code == 422
    assert "PLUMB_PRIVATE_DATASOURCES" in answer.json["fields"]["host"]
    page = browse(dana).post("/datasources", ASKED | sent | {"save_anyway": "true"})
    assert page.status_code == 422
    assert "PLUMB_PRIVATE_DATASOURCES" in page.text and "Save anyway" not in page.text
    with db.new_session() as session:
        assert session.scalar(select(Datasource)) is None


def test_a_stored_one_that_is_fenced_since_fails_its_runs_and_probes_in_words(
    fenced, browse, dana, connection_fields
):
    fence.configure("all")
    source = make_datasource(dana, connection_fields)
    fence.configure("")
    admin = browse(dana)
    run = admin.api("POST", "/v1/runs", {"datasource_id": source.id, "sql": "select 1"}).json["id"]
    finish(run)
    settled = admin.api("GET", f"/v1/runs/{run}").json
    assert (settled["state"], settled["failure"]["reason"]) == ("failed", "unreachable")
    assert "PLUMB_PRIVATE_DATASOURCES" in settled["failure"]["message"]
    sealed = vault.seal('{"host": "127.0.0.1", "database": "d", "user": "u"}')
    assert "inside Plumbline's network" in str(probe("postgres", sealed)[0].problem)


def test_the_connection_goes_to_the_address_that_was_checked(server: Server, monkeypatch):
    """The name means 127.0.0.1 once and never again: a second look-up would fail."""
    looked_up = []

    def once(host, port, *args, **options):
        looked_up.append(host)
        if len(looked_up) > 1:
            raise socket.gaierror(socket.EAI_NONAME, "gone")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    fence.configure("all")
    monkeypatch.setattr(socket, "getaddrinfo", once)
    fields = {"host": "rebound.example", "port": str(server.port), "database": "source"}
    connector = PostgresConnector(fields | {"user": "reader", "password": "secret"})
    assert read(connector, "select 1").rows == [(1,)]
    assert looked_up == ["rebound.example"]
    connector.close()


def test_a_setting_that_cannot_be_read_stops_the_start(environment):
    with pytest.raises(SettingsError, match=r"PLUMB_PRIVATE_DATASOURCES: '10.0.0.0/99'"):
        load_settings(environment | {"PLUMB_PRIVATE_DATASOURCES": "10.0.0.0/99"})
