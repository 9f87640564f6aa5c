"""Columns of a prepared statement: names, types as Postgres writes them, and how each value will travel."""

import threading
from dataclasses import dataclass

from psycopg.pq.abc import PGresult

from app.datasources.connectors.base import Column, ColumnKind
from app.datasources.connectors.postgres.line import Line
from app.datasources.connectors.postgres.wires import Form, Wire

# Oids of pg_type.dat.
_BOOL, _BYTEA, _NAME, _INT8, _INT2, _INT4, _TEXT, _OID, _JSON = 16, 17, 19, 20, 21, 23, 25, 26, 114
_FLOAT4, _FLOAT8, _CHAR, _BPCHAR, _VARCHAR, _UUID, _JSONB = 700, 701, 18, 1042, 1043, 2950, 3802
_DATE, _TIME, _TIMESTAMP, _TIMESTAMPTZ, _INTERVAL, _TIMETZ = 1082, 1083, 1114, 1184, 1186, 1266
_NUMERIC = 1700

_KINDS = {
    _BOOL: ColumnKind.BOOLEAN,
    _BYTEA: ColumnKind.BINARY,
    **dict.fromkeys((_INT2, _INT4, _INT8, _OID), ColumnKind.INTEGER),
    **dict.fromkeys((_FLOAT4, _FLOAT8), ColumnKind.FLOAT),
    **dict.fromkeys((_TEXT, _VARCHAR, _BPCHAR, _NAME, _CHAR, _UUID), ColumnKind.TEXT),
    **dict.fromkeys((_JSON, _JSONB), ColumnKind.JSON),
    _DATE: ColumnKind.DATE,
    **dict.fromkeys((_TIMESTAMP, _TIMESTAMPTZ), ColumnKind.TIMESTAMP),
    **dict.fromkeys((_TIME, _TIMETZ), ColumnKind.TIME),
    _NUMERIC: ColumnKind.DECIMAL,
}
_KINDS_BY_CATEGORY = {"S": ColumnKind.TEXT, "E": ColumnKind.TEXT}

_WIRES = {
    _BOOL: Wire.BOOL,
    _INT2: Wire.INT2,
    _INT4: Wire.INT4,
    _INT8: Wire.INT8,
    _FLOAT4: Wire.FLOAT4,
    _FLOAT8: Wire.FLOAT8,
    _DATE: Wire.DATE,
    _TIMESTAMP: Wire.TIMESTAMP,
    _TIMESTAMPTZ: Wire.TIMESTAMPTZ,
    _BYTEA: Wire.BINARY,
    **dict.fromkeys((_TEXT, _VARCHAR, _BPCHAR, _NAME, _JSON), Wire.TEXT),
}

# Types whose cast to text is their output function, so that the cheaper cast serves. Not so "char", char(n),
# inet, cidr, xml and whatever an extension defines: format() calls the output function of any type.
_CAST_PRINTS = {_NUMERIC, _UUID, _JSONB, _TIME, _TIMETZ, _INTERVAL}

_DESCRIBE = """
select pg_catalog.format_type(t.oid, asked.mod), t.typcategory
from rows from (pg_catalog.unnest($1), pg_catalog.unnest($2)) with ordinality asked(oid, mod, place)
left join pg_catalog.pg_type t on t.oid = asked.oid
order by asked.place
"""
_OID_ARRAY, _INT4_ARRAY = 1028, 1007
_FIRST_USER_OID = 16384

_lock = threading.Lock()
_built_in: dict[tuple[int, int], tuple[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Travelling:
    """A column, the expression that fetches it (of the wrapped statement's `c0..cN`), and its binary form."""

    column: Column
    expression: str
    form: Form


def describe(line: Line, described: PGresult) -> tuple[Travelling, ...]:
    asked = [(described.ftype(i), described.fmod(i)) for i in range(described.nfields)]
    types = _types(line, asked)
    names = [(described.fname(i) or b"").decode("utf-8", "replace") for i in range(described.nfields)]
    return tuple(_travelling(f"c{i}", names[i], *asked[i], *types[asked[i]]) for i in range(len(names)))


def _travelling(reference: str, name: str, oid: int, mod: int, type_name: str, category: str) -> Travelling:
    kind = _KINDS.get(oid) or _KINDS_BY_CATEGORY.get(category, ColumnKind.OTHER)
    column = Column(name, type_name, kind)
    if oid == _NUMERIC and mod >= 0:
        # numeric.c: precision in the upper half, scale in 11 bits of the lower one, signed since Postgres 15.
        precision, scale = (mod - 4) >> 16, (((mod - 4) & 0x7FF) ^ 1024) - 1024
        if precision <= 38 and 0 <= scale <= precision:
            return Travelling(column, reference, Form(Wire.DECIMAL, precision, scale))
    if oid == _OID:
        return Travelling(column, f"{reference}::pg_catalog.int8", Form(Wire.INT8))
    if oid in _WIRES:
        return Travelling(column, reference, Form(_WIRES[oid]))
    if oid in _CAST_PRINTS:
        return Travelling(column, f"{reference}::pg_catalog.text", Form(Wire.TEXT))
    # A composite of NULLs `is null` without being NULL, hence `is distinct from`.
    printed = f"case when {reference} is distinct from null then pg_catalog.format('%s', {reference}) end"
    return Travelling(column, printed, Form(Wire.TEXT))


def _types(line: Line, asked: list[tuple[int, int]]) -> dict[tuple[int, int], tuple[str, str]]:
    """Names and categories; those of built-in types are the same everywhere and remembered."""
    with _lock:
        known = {pair: _built_in[pair] for pair in asked if pair in _built_in}
    unknown = sorted(set(asked) - known.keys())
    if not unknown:
        return known
    oids = "{" + ",".join(str(oid) for oid, _ in unknown) + "}"
    mods = "{" + ",".join(str(mod) for _, mod in unknown) + "}"
    answer = line.ask(_DESCRIBE, (oids.encode(), mods.encode()), (_OID_ARRAY, _INT4_ARRAY))
    for row, pair in enumerate(unknown):
        known[pair] = tuple((answer.get_value(row, i) or b"").decode() for i in (0, 1))  # type: ignore[assignment]
    with _lock:
        _built_in.update({pair: type_ for pair, type_ in known.items() if pair[0] < _FIRST_USER_OID})
    return known
