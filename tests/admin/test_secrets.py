"""Sealing everything under a new key: all or nothing, and what was stored stays an answer."""

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet
from sqlalchemy import LargeBinary, text

from app.admin.secrets.rotate import PLACES
from app.cli import plumb
from app.core import db, vault
from app.core.db import Base
from tests.makers import finish, make_datasource, make_query

FRESH = {"freshness": {"mode": "maybe_stale", "max_stale_ms": 600_000}}


@pytest.fixture
def keys(environment, monkeypatch):
    """Sets the keys for the command line and for this process."""
    first = environment["PLUMB_SECRETS_KEYS"]

    def use(*newest_first: str) -> None:
        joined = ",".join(newest_first)
        for name, value in (environment | {"PLUMB_SECRETS_KEYS": joined}).items():
            monkeypatch.setenv(name, value)
        vault.configure(joined)

    use.first = first
    yield use
    vault.configure(first)


@pytest.fixture
def source(dana, connection_fields):
    return make_datasource(dana, connection_fields)


def rotate(*arguments):
    return CliRunner().invoke(plumb, ["secrets", *(arguments or ["rotate"])])


def sealed():
    with db.new_session() as session:
        return {
            place.table: session.execute(
                text(f"select id, {place.column} from {place.table} order by id")
            ).all()
            for place in PLACES
        }


def test_everything_is_sealed_anew_and_opens_without_the_old_key(keys, browse, dana, alice, source):
    webhook = browse(dana).api("POST", "/v1/webhook", {"url": "https://93.184.215.14/hook"})
    assert webhook.status_code == 201, webhook.text
    query, new = make_query(alice, source), rotate("key").output.strip()
    run_id = browse(alice).api("POST", "/v1/runs", {"query_id": query.id}).json["id"]
    finish(run_id)
    keys(new, keys.first)
    assert rotate().output == "2 of 2 secrets are sealed under the newest key now.\n"
    assert rotate().output == "All 2 secrets are sealed under the newest key already.\n"
    keys(new)
    assert all(vault.opens(bytes(value)) for rows in sealed().values() for _, value in rows)
    kept = browse(alice).api("POST", "/v1/runs", {"query_id": query.id} | FRESH)
    assert (kept.status_code, kept.json["id"]) == (200, run_id)  # the same source still
    again = browse(alice).api("POST", "/v1/runs", {"query_id": query.id}).json["id"]
    finish(again)
    assert browse(alice).api("GET", f"/v1/runs/{again}").json["state"] == "succeeded"


def test_a_wrong_key_is_refused_and_nothing_is_changed(keys, dana, source, connection_fields):
    old = make_datasource(dana, connection_fields, "Second")
    before, strange = sealed(), Fernet.generate_key().decode()
    keys(strange)
    answer = rotate()
    assert answer.exit_code == 1
    assert f"opens datasource {source.id} (Flights), datasource {old.id} (Second)" in answer.output
    keys(keys.first)
    with db.transaction() as session:  # one of them under a key that is lost
        lost = vault.MultiFernet([Fernet(Fernet.generate_key())]).encrypt(b"{}")
        session.execute(
            text("update datasources set sealed_connection = :x where id = :id"), {"x": lost, "id": old.id}
        )
    before = sealed()
    keys(strange, keys.first)
    assert rotate().exit_code == 1
    assert sealed() == before


def test_what_is_no_key_is_said_in_a_sentence(keys, source, monkeypatch):
    keys(keys.first)
    monkeypatch.setenv("PLUMB_SECRETS_KEYS", "not a key")
    answer = rotate()
    assert answer.exit_code == 1 and "must be Fernet keys" in str(answer.exception)


def test_every_sealed_column_is_rotated():
    named = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.startswith("sealed_") and isinstance(column.type, LargeBinary)
    }
    assert named == {(place.table, place.column) for place in PLACES}
