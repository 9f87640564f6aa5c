"""Tests a connection and what its role may do, in words for the one who typed it."""

from collections.abc import Mapping

import psycopg

from app.datasources.connectors.base import Check
from app.datasources.connectors.postgres import refusals
from app.datasources.connectors.postgres.connection import CannotConnect, open_link
from app.datasources.connectors.postgres.fields import BadFields, allows_superuser, conninfo

# Each a privilege of its own; the system's schemas are left out, as only a superuser writes there.
_POWERS = """
select
  current_setting('server_version'),
  (select rolsuper from pg_catalog.pg_roles where rolname = current_user),
  exists (
    select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'f')
      and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
      and pg_catalog.has_schema_privilege(n.oid, 'USAGE')
      and (pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
           or pg_catalog.has_any_column_privilege(c.oid, 'INSERT, UPDATE'))
  ),
  exists (
    select from pg_catalog.pg_namespace n
    where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
      and pg_catalog.has_schema_privilege(n.oid, 'CREATE')
  ),
  pg_catalog.has_database_privilege(current_database(), 'CREATE')
"""

_CAN_WRITE = "This role can write: it may {powers}. Runs cannot, but a role that may only read is safer."


def check(connection: Mapping[str, str]) -> Check:
    """Takes about 5 seconds at most; never raises."""
    try:
        link = open_link(conninfo(connection))
    except BadFields as bad:
        return Check(ok=False, message=str(bad), problem=bad.problem, field=bad.field)
    except CannotConnect as error:
        message = f"{error.message} The server said: {error.hint}" if error.hint else error.message
        field = "url" if connection.get("url") and error.at_fault else error.at_fault
        return Check(ok=False, message=message, problem=error.problem, field=field)
    try:
        link.connection.execute("SET statement_timeout = 5000")
        row = link.connection.execute(_POWERS).fetchone()
    except psycopg.Error as error:
        return Check(ok=False, message=f"Connected, but the server did not answer: {error}", problem="other")
    finally:
        link.close()
    assert row is not None
    return _judged(connection, *row)


def _judged(
    connection: Mapping[str, str], version: str, superuser: bool, tables: bool, schema: bool, database: bool
) -> Check:
    named = {"write to tables": tables, "create tables": schema, "create schemas": database}
    powers = [power for power, held in named.items() if held]
    warnings = (_CAN_WRITE.format(powers=", ".join(powers)),) if powers else ()
    refused = superuser and not allows_superuser(connection)
    return Check(
        ok=not refused,
        message=refusals.SUPERUSER if refused else f"Connected to Postgres {version.split()[0]}.",
        problem="superuser" if refused else None,
        field="user" if refused else None,
        server_version=version,
        is_superuser=superuser,
        can_write=bool(powers),
        warnings=warnings,
    )
