"""What a Postgres database holds: everything the role may read, straight from the catalogs, as a stream."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from app.datasources.connectors.base import ConnectorError, FailureReason
from app.datasources.connectors.catalog import (
    Details,
    Key,
    Relation,
    RelationColumn,
    RelationIndex,
    RelationKind,
)
from app.datasources.connectors.postgres import refusals
from app.datasources.connectors.postgres.connection import open_link

ROWS_AT_A_TIME = 500

_KINDS = {
    "r": RelationKind.TABLE,
    "p": RelationKind.TABLE,
    "partition": RelationKind.PARTITION,
    "v": RelationKind.VIEW,
    "m": RelationKind.MATERIALIZED_VIEW,
    "f": RelationKind.FOREIGN_TABLE,
}

# What the role may not read is left out, a column too. Zero rows meant "never counted" before Postgres 14.
_RELATIONS = """
select n.nspname, c.relname,
       case when c.relispartition then 'partition' else c.relkind::text end,
       pg_catalog.obj_description(c.oid, 'pg_class'),
       case when c.relkind = 'v' then null
            when c.reltuples > 0 or (c.reltuples = 0 and current_setting('server_version_num')::int >= 140000)
            then c.reltuples::int8 end,
       coalesce(columns.found, '[]'::json)
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join lateral (
    select pg_catalog.json_agg(pg_catalog.json_build_array(
               a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), not a.attnotnull,
               pg_catalog.col_description(c.oid, a.attnum)) order by a.attnum)
    from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      and pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')
) columns(found) on true
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  and (pg_catalog.has_table_privilege(c.oid, 'SELECT')
       or pg_catalog.has_any_column_privilege(c.oid, 'SELECT'))
order by n.nspname, c.relname
"""

_OF_RELATION = """
join pg_catalog.pg_class c on c.oid = {oid}
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = %s and c.relname = %s
  and pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  and pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
"""
_KEYS = f"""
select k.conname, pg_catalog.pg_get_constraintdef(k.oid)
from pg_catalog.pg_constraint k {_OF_RELATION.format(oid="k.conrelid")} and k.contype in ('p', 'u', 'f')
order by pg_catalog.array_position('{{p,u,f}}'::"char"[], k.contype), k.conname
"""
_INDEXES = f"""
select i.relname, pg_catalog.pg_get_indexdef(x.indexrelid), x.indisunique
from pg_catalog.pg_index x
join pg_catalog.pg_class i on i.oid = x.indexrelid {_OF_RELATION.format(oid="x.indrelid")}
order by i.relname
"""


def relations(conninfo: str, timeout_s: float, *, allow_superuser: bool = False) -> Iterator[Relation]:
    """By schema and name, a few hundred in memory at a time. Raises ConnectorError."""
    with _reading(conninfo, timeout_s, allow_superuser) as connection, connection.cursor("relations") as rows:
        rows.itersize = ROWS_AT_A_TIME
        rows.execute(_RELATIONS)
        deadline = time.monotonic() + timeout_s  # the server's own timeout is for each fetch
        for schema, name, kind, comment, estimate, columns in rows:
            if time.monotonic() > deadline:
                raise _too_slow(timeout_s)
            described = tuple(RelationColumn(*column) for column in columns)
            yield Relation(schema, name, _KINDS[kind], described, comment, estimate)


def details(
    conninfo: str, schema: str, name: str, timeout_s: float, *, allow_superuser: bool = False
) -> Details:
    """Nothing for a relation that is not there or may not be read. Raises ConnectorError."""
    with _reading(conninfo, timeout_s, allow_superuser) as connection:
        keys = connection.execute(_KEYS, (schema, name)).fetchall()
        indexes = connection.execute(_INDEXES, (schema, name)).fetchall()
    return Details(
        keys=tuple(Key(*key) for key in keys),
        indexes=tuple(
            RelationIndex(name, re.sub(r"^.*? USING ", "", definition, flags=re.DOTALL), unique)
            for name, definition, unique in indexes
        ),
    )


@contextmanager
def _reading(conninfo: str, timeout_s: float, allow_superuser: bool) -> Iterator[psycopg.Connection]:
    """A read-only transaction on a connection of its own, ended with it."""
    link = open_link(conninfo)
    try:
        if link.pgconn.parameter_status(b"is_superuser") == b"on" and not allow_superuser:
            raise refusals.superuser()
        connection = link.connection
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute(f"SET LOCAL statement_timeout = {max(1, int(timeout_s * 1000))}")
        yield connection
    except psycopg.errors.QueryCanceled as error:
        raise _too_slow(timeout_s) from error
    except psycopg.OperationalError as error:
        raise ConnectorError(FailureReason.UNREACHABLE, f"The server went away: {error}") from error
    except psycopg.Error as error:
        raise ConnectorError(FailureReason.QUERY, f"The catalogs cannot be read: {error}") from error
    finally:
        link.close()


def _too_slow(timeout_s: float) -> ConnectorError:
    return ConnectorError(FailureReason.TIMEOUT, f"The catalogs took longer than {timeout_s:g} s to read.")
