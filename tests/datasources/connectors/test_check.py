"""Testing a connection says in words what is wrong, and which field to change."""

import socket
from collections.abc import Iterator

import psycopg
import pytest

from app.datasources.connectors.base import ConnectorError, FailureReason
from app.datasources.connectors.postgres.connector import PostgresConnector
from app.datasources.connectors.postgres.fields import FIELDS, BadFields, conninfo
from tests.datasources.connectors.reading import read
from tests.datasources.connectors.server import Server


@pytest.fixture
def fields(server: Server) -> dict[str, str]:
    given = {"host": server.host, "port": str(server.port), "database": "source"}
    return given | {"user": "reader", "password": "secret", "sslmode": "prefer"}


@pytest.fixture
def modest(admin: psycopg.Connection) -> Iterator[str]:
    """A role that may read and nothing else."""
    admin.execute("create role modest login password 'secret'")
    yield "modest"
    admin.execute("drop owned by modest; drop role modest")


def test_a_connection_that_works_tells_the_servers_version(fields: dict[str, str], modest: str) -> None:
    check = PostgresConnector(fields | {"user": modest}).check()
    assert (check.ok, check.problem, check.is_superuser, check.can_write) == (True, None, False, False)
    assert check.warnings == ()
    assert check.server_version and check.server_version.split(".")[0].isdigit()
    assert check.message == f"Connected to Postgres {check.server_version.split()[0]}."


@pytest.mark.parametrize(
    ("changed", "problem", "field"),
    [
        ({"host": "no-such-host.invalid"}, "host_not_found", "host"),
        ({"host": "/nowhere/at/all"}, "refused", "host"),
        ({"password": "wrong"}, "wrong_password", "password"),
        ({"password": ""}, "wrong_password", "password"),
        ({"user": "stranger"}, "wrong_password", "password"),
        ({"database": "nowhere"}, "no_such_database", "database"),
        ({"sslmode": "require"}, "tls", "sslmode"),
        ({"sslmode": "verify-full"}, "tls", "sslmode"),
        ({"host": ""}, "missing_field", "host"),
        ({"database": " "}, "missing_field", "database"),
        ({"user": ""}, "missing_field", "user"),
        ({"port": "x"}, "invalid", "port"),
        ({"port": "70000"}, "invalid", "port"),
        ({"sslmode": "maybe"}, "invalid", "sslmode"),
        ({"url": "mysql://a@b/c"}, "invalid", "url"),
        ({"url": "postgresql://a@b/c?sslkey=/etc/key"}, "invalid", "url"),
        ({"url": "postgresql://a@b/c?service=x"}, "invalid", "url"),
        ({"url": "postgresql://a@b:port/c"}, "invalid", "url"),
        ({"url": "postgresql://b/c"}, "missing_field", "url"),
    ],
)
def test_what_is_wrong_is_named_and_so_is_its_field(
    changed: dict[str, str], problem: str, field: str, fields: dict[str, str]
) -> None:
    connector = PostgresConnector(fields | changed)
    check = connector.check()
    assert (check.ok, check.problem, check.field) == (False, problem, field)
    assert "secret" not in check.message
    with pytest.raises(ConnectorError) as failed:
        read(connector, "select 1")
    assert failed.value.reason is FailureReason.UNREACHABLE


def test_a_closed_port_is_refused(fields: dict[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        check = PostgresConnector(fields | {"port": str(free.getsockname()[1])}).check()
    assert (check.problem, check.field) == ("refused", "host")
    assert "Is Postgres running there" in check.message


def test_a_server_that_says_nothing_is_unreachable_after_five_seconds(fields: dict[str, str]) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        check = PostgresConnector(fields | {"port": str(silent.getsockname()[1])}).check()
    assert (check.ok, check.problem) == (False, "unreachable")


def test_a_url_serves_instead_of_the_fields(server: Server) -> None:
    for url in (server.source_url, server.socket_url, server.source_url + "?sslmode=disable"):
        connector = PostgresConnector({"url": url, "host": "ignored"})
        assert connector.check().ok
        assert read(connector, "select current_user").rows == [("reader",)]
        connector.close()


@pytest.mark.parametrize(
    ("grant", "word"),
    [
        ("grant insert on noted to modest", "write to tables"),
        ("grant truncate on noted to modest", "write to tables"),
        ("grant update (a) on noted to modest", "write to tables"),
        ("grant create on schema public to modest", "create tables"),
        ("grant create on database source to modest", "create schemas"),
    ],
)
def test_a_role_that_can_write_is_warned_of(
    grant: str, word: str, fields: dict[str, str], modest: str, admin: psycopg.Connection
) -> None:
    admin.execute("create table noted (a int)")
    admin.execute("grant select on noted to modest")
    try:
        assert PostgresConnector(fields | {"user": modest}).check().warnings == ()
        admin.execute(grant)
        check = PostgresConnector(fields | {"user": modest}).check()
        assert (check.ok, check.can_write) == (True, True)
        assert len(check.warnings) == 1 and word in check.warnings[0]
    finally:
        admin.execute("drop table noted")


def test_a_superuser_is_refused_unless_an_admin_allows_it(fields: dict[str, str]) -> None:
    superuser = fields | {"user": "admin", "password": "admin"}
    check = PostgresConnector(superuser).check()
    assert (check.ok, check.problem, check.field, check.is_superuser) == (False, "superuser", "user", True)
    with pytest.raises(ConnectorError, match="superuser") as refused:
        read(PostgresConnector(superuser), "select pg_read_file('PG_VERSION')")
    assert refused.value.reason is FailureReason.DENIED

    connector = PostgresConnector(superuser | {"allow_superuser": "true"})
    assert read(connector, "select 1").rows == [(1,)]
    connector.close()
    allowed = connector.check()
    assert (allowed.ok, allowed.is_superuser, allowed.can_write) == (True, True, True)


def test_values_cannot_add_parameters(fields: dict[str, str]) -> None:
    made = conninfo(fields | {"password": "x' host=evil sslmode=disable"})
    assert psycopg.conninfo.conninfo_to_dict(made)["host"] == fields["host"]
    with pytest.raises(BadFields):
        conninfo(fields | {"host": "a\0b"})


def test_secrets_are_marked_as_such() -> None:
    assert {field.name for field in FIELDS if field.kind == "secret"} == {"url", "password"}
