"""Where the demo's data lives: a database `flights` beside our own, else a schema in it, and its reader."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.local.demo_data import fill
from app.local.errors import LocalError

NAME = "flights"
READER = "flights_reader"


@dataclass(frozen=True, slots=True)
class Place:
    """The filled database, as its owner reaches it."""

    conninfo: str
    database: str
    schema: str


def ensure_data(database_url: str, tell: Callable[[str], None]) -> Place:
    """Create and fill what is missing. LocalError when the role may create neither database nor schema."""
    own = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        place = _database(own) or _schema(own)
        with psycopg.connect(place.conninfo, autocommit=True) as connection:
            if fill(connection, place.schema):
                tell("Loaded five tables, 336,776 flights.")
    except psycopg.errors.DiskFull:
        raise LocalError("The disk of the database server is full: free some space.") from None
    except psycopg.OperationalError as error:
        raise LocalError(f"The database does not answer: {str(error).strip().splitlines()[0]}.") from None
    return place


def place_of(database_url: str) -> Place | None:
    """The demo's place beside this private server's database; None where the server is not a private one."""
    own = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    if not str(conninfo_to_dict(own).get("host") or "").startswith("/"):
        return None
    return Place(make_conninfo(own, dbname=NAME), NAME, "public")


def ensure_reader(place: Place, role: str = READER) -> dict[str, str]:
    """A role that can read the place's schema and nothing else, with a new password.

    Returns the connection's fields for a datasource.
    """
    password = secrets.token_urlsafe(24)
    reader, schema = sql.Identifier(role), sql.Identifier(place.schema)
    with psycopg.connect(place.conninfo, autocommit=True) as connection, connection.transaction():
        there = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = sql.SQL("ALTER" if there else "CREATE")
        secret = sql.Literal(_scrambled(connection, role, password))
        try:
            connection.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, reader, secret))
        except psycopg.errors.InsufficientPrivilege:
            raise LocalError(f"This role may not make the role `{role}`: give it CREATEROLE.") from None
        database = sql.Identifier(place.database)
        settings = {"default_transaction_read_only": sql.SQL("on"), "search_path": schema}
        for name, value in settings.items():
            change = sql.SQL("ALTER ROLE {} IN DATABASE {} SET {} = {}")
            connection.execute(change.format(reader, database, sql.SQL(name), value))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, reader))
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, reader))
        grant = sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}")
        connection.execute(grant.format(schema, reader))
        return {**address(place), "database": place.database, "user": role, "password": password}


def address(place: Place) -> dict[str, str]:
    """Host, port and encryption of the server, as a datasource's fields."""
    given = conninfo_to_dict(place.conninfo)
    return {
        "host": str(given.get("host") or "localhost"),
        "port": str(given.get("port") or "5432"),
        "sslmode": str(given.get("sslmode") or "prefer"),
    }


def _database(own: str) -> Place | None:
    """The database of its own; None when this role may not create it."""
    with psycopg.connect(own, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            try:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
            except psycopg.errors.InsufficientPrivilege:
                return None
            without = sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC")
            connection.execute(without.format(sql.Identifier(NAME)))
    return Place(make_conninfo(own, dbname=NAME), NAME, "public")


def _schema(own: str) -> Place:
    with psycopg.connect(own, autocommit=True) as connection:
        try:
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(NAME)))
        except psycopg.errors.InsufficientPrivilege:
            raise LocalError("This database's role may create neither a database nor a schema.") from None
        return Place(own, connection.info.dbname, NAME)


def _scrambled(connection: psycopg.Connection, role: str, password: str) -> str:
    """Hashed here, so that the server's log never holds the password."""
    how = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    return how.decode()
