"""What a DuckDB file holds, from the functions with which it tells of itself."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import duckdb

from app.datasources.connectors.base import ConnectorError, FailureReason
from app.datasources.connectors.catalog import (
    Details,
    Key,
    Relation,
    RelationColumn,
    RelationIndex,
    RelationKind,
)
from app.datasources.connectors.duckdb.connection import connect
from app.datasources.connectors.duckdb.failures import INTERRUPTED, failure
from app.datasources.connectors.duckdb.fields import BadFields
from app.datasources.connectors.duckdb.watch import Watch

ROWS_AT_A_TIME = 500

_RELATIONS = """
with relations as (
    select database_oid, schema_name, table_oid as oid, table_name as name, 'table' as kind, comment,
           estimated_size as estimate
    from duckdb_tables() where database_name = current_database() and not internal
    union all
    select database_oid, schema_name, view_oid, view_name, 'view', comment, null
    from duckdb_views() where database_name = current_database() and not internal
)
select r.schema_name, r.name, r.kind, r.comment, r.estimate,
       c.column_name, c.data_type, c.is_nullable, c.comment
from relations r
left join duckdb_columns() c
  on c.database_oid = r.database_oid and c.table_oid = r.oid and c.table_name = r.name
order by r.schema_name, r.name, c.column_index
"""
_KEYS = """
select coalesce(constraint_name, ''), constraint_text from duckdb_constraints()
where database_name = current_database() and schema_name = ? and table_name = ?
  and constraint_type in ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
order by constraint_index
"""
_INDEXES = """
select index_name, expressions, is_unique from duckdb_indexes()
where database_name = current_database() and schema_name = ? and table_name = ? order by index_name
"""


def relations(fields: Mapping[str, str], timeout_s: float) -> Iterator[Relation]:
    """By schema and name. Raises ConnectorError."""
    with _reading(fields, timeout_s) as opened:
        rows = opened.execute(_RELATIONS)
        for (schema, name, kind, comment, estimate), group in groupby(_rows(rows), key=lambda row: row[:5]):
            columns = tuple(RelationColumn(*row[5:]) for row in group if row[5] is not None)
            yield Relation(schema, name, RelationKind(kind), columns, comment, estimate)


def details(fields: Mapping[str, str], schema: str, name: str, timeout_s: float) -> Details:
    """Nothing for a relation that is not there. Raises ConnectorError."""
    with _reading(fields, timeout_s) as opened:
        keys = opened.execute(_KEYS, [schema, name]).fetchall()
        indexes = opened.execute(_INDEXES, [schema, name]).fetchall()
    return Details(
        keys=tuple(Key(*key) for key in keys),
        indexes=tuple(RelationIndex(name, str(on or ""), bool(unique)) for name, on, unique in indexes),
    )


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := result.fetchmany(ROWS_AT_A_TIME):
        yield from rows


@contextmanager
def _reading(fields: Mapping[str, str], timeout_s: float) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        opened = connect(fields)
    except BadFields as bad:
        raise ConnectorError(FailureReason.UNREACHABLE, str(bad)) from None
    except duckdb.Error as error:
        raise ConnectorError(FailureReason.UNREACHABLE, failure(error).message) from None
    watch = Watch(time.monotonic() + timeout_s, opened.interrupt, threading.Event())
    try:
        yield opened
    except duckdb.Error as error:
        found = failure(error)
        if found.kind == INTERRUPTED and watch.stopped:
            message = f"The file's tables took longer than {timeout_s:g} s to list."
            raise ConnectorError(FailureReason.TIMEOUT, message) from None
        raise ConnectorError(found.reason, found.message) from None
    finally:
        watch.end()
        opened.close()
