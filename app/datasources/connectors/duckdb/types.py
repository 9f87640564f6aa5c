"""DuckDB's types: what each is to a reader, and the expression that fetches it in a form we keep.

What Arrow holds and we read exactly travels as it is; every other type as the text that DuckDB prints.
"""

from app.datasources.connectors.base import Column, ColumnKind

# https://duckdb.org/docs/sql/data_types/overview
_AS_THEY_ARE = {
    "BOOLEAN": ColumnKind.BOOLEAN,
    "TINYINT": ColumnKind.INTEGER,
    "SMALLINT": ColumnKind.INTEGER,
    "INTEGER": ColumnKind.INTEGER,
    "BIGINT": ColumnKind.INTEGER,
    "FLOAT": ColumnKind.FLOAT,
    "DOUBLE": ColumnKind.FLOAT,
    "VARCHAR": ColumnKind.TEXT,
    "BLOB": ColumnKind.BINARY,
    "DATE": ColumnKind.DATE,
    "TIMESTAMP": ColumnKind.TIMESTAMP,
    "TIMESTAMP WITH TIME ZONE": ColumnKind.TIMESTAMP,
}
_WIDENED = {
    "UTINYINT": "SMALLINT",
    "USMALLINT": "INTEGER",
    "UINTEGER": "BIGINT",
    "UBIGINT": "DECIMAL(20, 0)",
}
_AS_TEXT = {
    "HUGEINT": ColumnKind.DECIMAL,
    "UHUGEINT": ColumnKind.DECIMAL,
    "BIGNUM": ColumnKind.DECIMAL,
    "UUID": ColumnKind.TEXT,
    "JSON": ColumnKind.JSON,
    "TIME": ColumnKind.TIME,
    "TIME_NS": ColumnKind.TIME,
    "TIME WITH TIME ZONE": ColumnKind.TIME,
    "TIMESTAMP_S": ColumnKind.TIMESTAMP,
    "TIMESTAMP_MS": ColumnKind.TIMESTAMP,
    "TIMESTAMP_NS": ColumnKind.TIMESTAMP,
}


def column(name: str, type_name: str) -> Column:
    """`type_name` as DESCRIBE writes it."""
    return Column(name, type_name.strip('"'), _kind(type_name))


def expression(place: int, type_name: str) -> str:
    """What fetches the column at `place`, from 0."""
    reference = f"#{place + 1}"
    if type_name in _WIDENED:
        return f"CAST({reference} AS {_WIDENED[type_name]}) AS c{place}"
    if type_name in _AS_THEY_ARE or _is_decimal(type_name):
        return f"{reference} AS c{place}"
    return f"CAST({reference} AS VARCHAR) AS c{place}"


def _kind(type_name: str) -> ColumnKind:
    if _is_decimal(type_name):
        return ColumnKind.DECIMAL
    if type_name in _WIDENED:
        return ColumnKind.INTEGER
    if type_name.startswith("ENUM(") and type_name.endswith(")"):
        return ColumnKind.TEXT
    return _AS_THEY_ARE.get(type_name) or _AS_TEXT.get(type_name, ColumnKind.OTHER)


def _is_decimal(type_name: str) -> bool:
    """Not so a list of decimals."""
    return type_name.startswith("DECIMAL(") and type_name.endswith(")")
