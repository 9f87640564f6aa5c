"""Names as SQL takes them: plain where that is safe, in double quotes otherwise."""

import re

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)

# What Postgres (pg_get_keywords, reserved ones) or DuckDB does not take as a name without quotes.
_RESERVED = """
all analyse analyze and anti any array as asc asof asymmetric at authorization between binary both by
case cast check collate collation column columns concurrently constraint create cross current_catalog
current_date current_role current_schema current_time current_timestamp current_user default deferrable
desc describe distinct do else end except exists extract false fetch for foreign freeze from full
generated glob grant group having ilike in initially inner intersect into is isnull join lambda lateral
leading left like limit localtime localtimestamp map natural not notnull null offset on only or order
outer overlaps pivot pivot_longer pivot_wider placing positional primary qualify references returning
right row select semi session_user show similar some struct summarize symmetric system_user table
tablesample then to trailing true try_cast tuple union unique unpack unpivot user using values variadic
verbose when where window with
"""
RESERVED = frozenset(_RESERVED.split())


def quoted(name: str) -> str:
    if _PLAIN.fullmatch(name) and name not in RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    return f"{quoted(schema)}.{quoted(name)}"
