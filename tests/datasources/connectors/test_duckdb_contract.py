"""DuckDB keeps every promise of a connector."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from app.core import runtime
from app.datasources.connectors.base import ColumnKind, FailureReason, ValueKind
from app.datasources.connectors.duckdb.connector import DuckDBConnector
from tests.datasources.connectors.contract import ConnectorContract, Typed, Words

DENIED, SYNTAX = FailureReason.DENIED, FailureReason.SYNTAX

TYPES = (
    Typed("true", "BOOLEAN", ColumnKind.BOOLEAN, True),
    Typed("(-128)::tinyint", "TINYINT", ColumnKind.INTEGER, -128),
    Typed("9223372036854775807::bigint", "BIGINT", ColumnKind.INTEGER, "9223372036854775807"),
    Typed("255::utinyint", "UTINYINT", ColumnKind.INTEGER, 255),
    Typed("65535::usmallint", "USMALLINT", ColumnKind.INTEGER, 65535),
    Typed("4294967295::uinteger", "UINTEGER", ColumnKind.INTEGER, 4294967295),
    Typed("18446744073709551615::ubigint", "UBIGINT", ColumnKind.INTEGER, "18446744073709551615"),
    Typed("(-170141183460469231731687303715884105728)::hugeint", "HUGEINT", ColumnKind.DECIMAL,
          "-170141183460469231731687303715884105728"),
    Typed("340282366920938463463374607431768211455::uhugeint", "UHUGEINT", ColumnKind.DECIMAL,
          "340282366920938463463374607431768211455"),
    Typed("1.1::float", "FLOAT", ColumnKind.FLOAT, 1.1),
    Typed("'nan'::double", "DOUBLE", ColumnKind.FLOAT, "NaN"),
    Typed("1.50::decimal(12,2)", "DECIMAL(12,2)", ColumnKind.DECIMAL, "1.50"),
    Typed("0.1::decimal(38,38)", "DECIMAL(38,38)", ColumnKind.DECIMAL, "0.1" + "0" * 37),
    Typed("[1.50::decimal(12,2)]", "DECIMAL(12,2)[]", ColumnKind.OTHER, "[1.50]"),
    Typed("'é 東 🦉'", "VARCHAR", ColumnKind.TEXT, "é 東 🦉"),
    Typed("date '2024-02-29'", "DATE", ColumnKind.DATE, "2024-02-29"),
    Typed("date 'infinity'", "DATE", ColumnKind.DATE, "infinity"),
    Typed("date '0044-03-15 (BC)'", "DATE", ColumnKind.DATE, "0044-03-15 (BC)"),
    Typed("timestamp '2024-02-29 10:00:00.5'", "TIMESTAMP", ColumnKind.TIMESTAMP, "2024-02-29 10:00:00.5"),
    Typed("timestamp '-infinity'", "TIMESTAMP", ColumnKind.TIMESTAMP, "-infinity"),
    Typed("'2024-02-29 10:00:00.123456789'::timestamp_ns", "TIMESTAMP_NS", ColumnKind.TIMESTAMP,
          "2024-02-29 10:00:00.123456789"),
    Typed("'2024-02-29 10:00:00'::timestamp_s", "TIMESTAMP_S", ColumnKind.TIMESTAMP, "2024-02-29 10:00:00"),
    Typed("timestamptz '2024-06-01 12:00+05:30'", "TIMESTAMP WITH TIME ZONE", ColumnKind.TIMESTAMP,
          "2024-06-01 06:30:00+00"),
    Typed("timestamptz '290000-01-01 00:00+00'", "TIMESTAMP WITH TIME ZONE", ColumnKind.TIMESTAMP,
          "290000-01-01 00:00:00+00"),
    Typed("time '23:59:59.5'", "TIME", ColumnKind.TIME, "23:59:59.5"),
    Typed("'12:00:00+01'::timetz", "TIME WITH TIME ZONE", ColumnKind.TIME, "12:00:00+01"),
    Typed("interval '1' month", "INTERVAL", ColumnKind.OTHER, "1 month"),
    Typed("'\\xDE\\xAD'::blob", "BLOB", ColumnKind.BINARY, "\\xdead"),
    Typed("'{\"a\": [1]}'::json", "JSON", ColumnKind.JSON, '{"a": [1]}'),
    Typed("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", "UUID", ColumnKind.TEXT,
          "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    Typed("'b'::enum('a', 'b')", "ENUM('a', 'b')", ColumnKind.TEXT, "b"),
    Typed("'101'::bit", "BIT", ColumnKind.OTHER, "101"),
    Typed("[1, null, 2]", "INTEGER[]", ColumnKind.OTHER, "[1, NULL, 2]"),
    Typed("{'a': 1, 'b': 'x'}", "STRUCT(a INTEGER, b VARCHAR)", ColumnKind.OTHER, "{'a': 1, 'b': x}"),
    Typed("map {'x': 1}", "MAP(VARCHAR, INTEGER)", ColumnKind.OTHER, "{x=1}"),
    Typed("null", "NULL", ColumnKind.OTHER, None),
)  # fmt: skip

WRITES = {
    "insert into kept values (2)": DENIED,
    "insert into kept values (2) returning a": DENIED,
    "update kept set a = 3": DENIED,
    "delete from kept returning a": DENIED,
    "with gone as (delete from kept returning a) select * from gone": SYNTAX,
    "truncate kept": DENIED,
    "drop table kept": DENIED,
    "create table made (a int)": DENIED,
    "create temp table made as select 1 a": DENIED,
    "select nextval('counted')": DENIED,
    "copy kept to 'escape.csv'": DENIED,
    "copy (select 1) to 'FILE.wal'": DENIED,
    "export database 'escape'": DENIED,
    "attach 'escape.duckdb'": DENIED,
    "detach source": DENIED,
    "use memory": DENIED,
    "begin": DENIED,
    "commit": DENIED,
    "checkpoint": DENIED,
    "vacuum": DENIED,
    "set threads = 8": DENIED,
    "set variable x = 1": DENIED,
    "reset threads": DENIED,
    "pragma enable_profiling": DENIED,
    "call pragma_version()": DENIED,
    "install httpfs": DENIED,
    "load httpfs": DENIED,
    "prepare p as select 1": DENIED,
    "execute p": DENIED,
    "explain analyze select 1": DENIED,
    "select * from read_text('/etc/passwd')": DENIED,
    "select * from read_csv('/etc/passwd')": DENIED,
    "select * from glob('/*')": DENIED,
    "select * from '/etc/passwd'": SYNTAX,
    "select * from WRITES": SYNTAX,  # a variable of Python
    "select 1; insert into kept values (2)": SYNTAX,
    "select 1) q; drop table kept --": SYNTAX,
    "select 1 /* ": SYNTAX,
    "select 'open": SYNTAX,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of which each test has a copy."""
    file = tmp_path_factory.mktemp("duckdb") / "source.duckdb"
    with duckdb.connect(str(file)) as owner:
        owner.execute("create table kept as select 1 as a")
        owner.execute("create sequence counted")
    return file


class TestDuckDB(ConnectorContract):
    words = Words(
        computing="select count(*) from range(100000000000) t(i) where i % 7 = sqrt(i)",
        endless="select i, repeat('x', 100) from range(1000000000000) t(i)",
        numbers="select i from range(1, {n} + 1) t(i)",
        wide="select repeat('x', {width}) from range({n}) t(i)",
        fails_late="select 1 // (20000 - i) from range(30000) t(i)",
        unknown_column='column "nope" was not found',
        types=TYPES,
        writes=WRITES,
        as_text="({value})::varchar",
        values=(
            (ValueKind.TEXT, "é", "é"),
            (ValueKind.TEXT, None, None),
            (ValueKind.INTEGER, "9223372036854775807", "9223372036854775807"),
            (ValueKind.DECIMAL, "1.50", "1.50"),
            (ValueKind.DECIMAL, "-0.001", "-0.001"),
            (ValueKind.DECIMAL, "9" * 38, "9" * 38),
            (ValueKind.BOOLEAN, "true", "true"),
            (ValueKind.DATE, "2024-02-29", "2024-02-29"),
            (ValueKind.TIMESTAMP, "2024-02-29T10:00:00", "2024-02-29 10:00:00"),
            (ValueKind.TIMESTAMP, "2024-02-29 10:00:00+02:00", "2024-02-29 08:00:00+00"),
            (ValueKind.TIMESTAMP, "2024-02-29T10:00:00Z", "2024-02-29 10:00:00+00"),
        ),
        strange_columns=(
            'select 1 as a, 2 as a, 3, 4 as "a b""c", 5 as "limit", 6 as c0',
            ["a", "a", "3", 'a b"c', "limit", "c0"],
        ),
    )

    @pytest.fixture
    def file(self, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(runtime, "_settings", SimpleNamespace(duckdb_folder=str(tmp_path)))
        return Path(shutil.copy(made, tmp_path))

    @pytest.fixture
    def connector(self, file: Path) -> DuckDBConnector:
        return DuckDBConnector({"path": file.name})

    @pytest.fixture
    def state(self, file: Path) -> Callable[[], object]:
        return lambda: {each.name: each.read_bytes() for each in file.parent.iterdir()}
