"""Every value arrives as the server itself prints it, whatever its type."""

from types import ModuleType

import psycopg
import pytest

from app.datasources.connectors.base import ColumnKind
from app.datasources.connectors.postgres.connector import PostgresConnector
from tests.datasources.connectors.reading import printed_by_server, read, same, values_of
from tests.datasources.connectors.server import Server

ZOO = {
    "bool": ["t", "f"],
    "int2": ["0", "-32768", "32767"],
    "int4": ["0", "-2147483648", "2147483647"],
    "int8": ["0", "-9223372036854775808", "9223372036854775807"],
    "oid": ["0", "4294967295"],
    "float4": ["0", "-0", "1.1", "3.4028235e38", "1e-45", "NaN", "Infinity", "-Infinity"],
    "float8": ["0", "-0", "0.1", "1e16", "1.7976931348623157e308", "5e-324", "NaN", "Infinity", "-Infinity"],
    "numeric": ["0", "-0.0", "1.50", "NaN", "Infinity", "-Infinity", "1" * 100 + ".5", "1e-30"],
    "numeric(12,2)": ["0", "0.01", "-0.01", "-9999999999.99", "9999999999.99", "10000", "99990000.00"],
    "numeric(5,2)": ["NaN", "1.5"],
    "numeric(38,0)": ["9" * 38, "-" + "9" * 38, "1" + "0" * 37],
    "numeric(38,38)": ["0." + "9" * 38, "0." + "0" * 37 + "1", "-0." + "0" * 20 + "1"],
    "numeric(38,19)": ["9" * 19 + "." + "9" * 19, "0.0001", "10000.0001"],
    "numeric(3,1)": ["99.9", "0.1", "-10.0"],
    "numeric(50,10)": ["9" * 40 + ".0000000001"],
    "numeric(3,-2)": ["12300", "-99900"],
    "numeric(3,5)": ["0.00999"],
    "money": ["1.00", "-92233720368547758.08"],
    "text": ["", "a", "Zürich 東京 🦉", "tab\tnew\nline", "\\x41", "x" * 10_000],
    "varchar(10)": ["", "ärger", "0123456789"],
    "char(5)": ["", "a", "ab  ", "é"],
    '"char"': ["a", "", "\\351"],
    "name": ["pg_class", ""],
    "bytea": ["", "\\x00ff", "\\xdeadbeef"],
    "uuid": ["00000000-0000-0000-0000-000000000000", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"],
    "date": ["2000-01-01", "1970-01-01", "0001-01-01", "9999-12-31", "2024-02-29"],
    "date ": ["10000-01-01", "0001-12-31 BC", "4713-01-01 BC", "5874897-12-31", "infinity", "-infinity"],
    "timestamp": ["2000-01-01", "1969-12-31 23:59:59.999999", "0001-01-01", "9999-12-31 23:59:59.999999"],
    "timestamp ": [
        "10000-01-01 00:00:00.1",
        "0044-03-15 12:00 BC",
        "294276-12-31 23:59:59.999999",
        "infinity",
    ],
    "timestamptz": ["2024-06-01 12:00+05:30", "1883-11-18 12:00-05", "0001-01-01 00:00:00Z"],
    "timestamptz ": ["infinity", "-infinity", "4713-01-01 BC", "294276-12-31 23:59:59.999999Z"],
    "time": ["00:00", "23:59:59.999999", "24:00"],
    "timetz": ["00:00+15:59", "24:00-15:59"],
    "interval": ["1 year 2 mons 3 days 04:05:06.7", "-1 mon +1 day", "0", "178000000 years"],
    "json": ['{"a" : [1, 2 ]}', "null", '"é"'],
    "jsonb": ['{"a" : [1, 2 ]}', "null", "1e400"],
    "xml": ["<a/>", '<?xml version="1.0" encoding="UTF-8"?><a>é</a>'],
    "inet": ["10.0.0.1", "10.0.0.1/8", "::1", "fe80::/10"],
    "cidr": ["10.0.0.0/8", "10.0.0.1/32", "::/0"],
    "macaddr": ["08:00:2b:01:02:03"],
    "bit(3)": ["101"],
    "varbit": ["", "10101"],
    "tsvector": ["a:1 fat:2 cat:3"],
    "tsquery": ["fat & !cat"],
    "point": ["(1.5,-2)"],
    "box": ["(2,2),(0,0)"],
    "path": ["[(0,0),(1,1)]", "((0,0),(1,1))"],
    "polygon": ["((0,0),(1,1),(2,0))"],
    "circle": ["<(0,0),1>"],
    "line": ["{1,2,3}"],
    "lseg": ["[(0,0),(1,1)]"],
    "int4[]": ["{}", "{1,NULL,3}", "{{1,2},{3,4}}", "[2:3]={1,2}"],
    "text[]": ['{"",NULL,"NULL","a,b","\\"q\\""}'],
    "int4range": ["empty", "[1,5)", "(,)"],
    "tstzrange": ["[2020-01-01 00:00+00,infinity]"],
    "int4multirange": ["{[1,3),[5,9)}"],
    "pg_lsn": ["16/B374D848"],
    "xid": ["4294967295"],
    "tid": ["(0,1)"],
    "regclass": ["pg_class"],
    "regtype": ["int4[]"],
    "jsonpath": ["$.a[*] ? (@ > 1)"],
    "mood": ["sad", "très content"],
    "price": ["12.30", "-1.00"],
    "nickname": ["", "bob"],
    "pair": ["(,)", '(1,"a b")', "(,x)"],
    "hstore": ["a=>1, b=>NULL"],
    "citext": ["MiXed"],
    "ltree": ["a.b.c"],
    "vector": ["[1,2,3]"],
}


@pytest.fixture(scope="module")
def _types(admin_url: str) -> set[str]:
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("create type mood as enum ('sad', 'très content')")
        admin.execute("create domain price as numeric(10,2) check (value > -100)")
        admin.execute("create domain nickname as varchar(20)")
        admin.execute("create type pair as (a int, b text)")
        missing = set()
        for extension in ("hstore", "citext", "ltree", "vector"):
            try:
                admin.execute(f"create extension {extension}")
            except psycopg.Error:
                missing.add(extension)
        try:
            admin.execute("select '<a/>'::xml")
        except psycopg.errors.FeatureNotSupported:
            missing.add("xml")
    return missing


@pytest.mark.parametrize("name", ZOO)
def test_a_value_is_what_psql_prints(
    name: str, _types: set[str], connector: PostgresConnector, source_url: str, decoder: ModuleType
) -> None:
    if name in _types:
        pytest.skip("this server does not have the type")
    listed = ", ".join(_literal(value) for value in (*ZOO[name], None))
    sql = f"select v::{name} from unnest(array[{listed}]) with ordinality u(v, i) order by i"

    result = read(connector, sql)

    (batch,) = result.batches
    shown = [row[0] for row in printed_by_server(source_url, sql)]
    values = values_of(batch.column(0))
    assert len(values) == len(shown) == len(ZOO[name]) + 1
    assert [v for v, s in zip(values, shown, strict=True) if not same(v, s, batch.column(0).type)] == []
    batch.validate(full=True)


def test_columns_carry_the_sources_own_type_names_and_a_kind(
    connector: PostgresConnector, _types: set[str]
) -> None:
    sql = """select 1::int2 a, 1.5::numeric(12,2) a, 1.5::numeric, now(), now()::timestamp(3),
        'x'::varchar(7), 'x'::char(3), '{}'::jsonb, current_date, '10:00'::time, ''::bytea, true,
        1::float4, 'sad'::mood, array[1], '1 day'::interval, 5::oid"""
    columns = read(connector, sql).columns
    assert [(column.name, column.type, column.kind) for column in columns] == [
        ("a", "smallint", ColumnKind.INTEGER),
        ("a", "numeric(12,2)", ColumnKind.DECIMAL),
        ("numeric", "numeric", ColumnKind.DECIMAL),
        ("now", "timestamp with time zone", ColumnKind.TIMESTAMP),
        ("now", "timestamp(3) without time zone", ColumnKind.TIMESTAMP),
        ("varchar", "character varying(7)", ColumnKind.TEXT),
        ("bpchar", "character(3)", ColumnKind.TEXT),
        ("jsonb", "jsonb", ColumnKind.JSON),
        ("current_date", "date", ColumnKind.DATE),
        ("time", "time without time zone", ColumnKind.TIME),
        ("bytea", "bytea", ColumnKind.BINARY),
        ("?column?", "boolean", ColumnKind.BOOLEAN),
        ("float4", "real", ColumnKind.FLOAT),
        ("mood", "mood", ColumnKind.TEXT),
        ("array", "integer[]", ColumnKind.OTHER),
        ("interval", "interval", ColumnKind.OTHER),
        ("oid", "oid", ColumnKind.INTEGER),
    ]


def test_a_column_that_does_not_fit_is_text_in_that_batch_only(
    connector: PostgresConnector, decoder: ModuleType
) -> None:
    sql = """select case when i = 15000 then 'infinity' else date '2020-01-01' end
        from generate_series(1, 30000) i"""
    result = read(connector, sql)
    assert [str(batch.column(0).type) for batch in result.batches] == ["date32[day]", "string", "date32[day]"]
    assert result.batches[1].column(0)[4999].as_py() == "infinity"


def test_as_many_columns_as_postgres_takes(connector: PostgresConnector, decoder: ModuleType) -> None:
    result = read(connector, "select " + ", ".join(f"{i}::text" for i in range(1664)))
    assert result.rows == [tuple(str(i) for i in range(1664))]


def test_bytes_that_are_no_characters_are_shown_and_not_refused(
    server: Server, admin: psycopg.Connection, decoder: ModuleType
) -> None:
    admin.execute("create database bytes template template0 encoding 'SQL_ASCII' locale 'C'")
    connector = PostgresConnector({"url": server.source_url.replace("/source", "/bytes")})
    try:
        sql = "select v from (values (E'a\\351b'), ('plain')) t(v)"
        assert read(connector, sql).rows == [("a\\xe9b",), ("plain",)]
    finally:
        connector.close()
        admin.execute("drop database bytes")


def _literal(value: str | None) -> str:
    return "null" if value is None else "'" + value.replace("'", "''") + "'"
