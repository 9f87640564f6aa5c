"""What the scanner takes for code, Postgres takes for code: each statement is run with its values bound."""

import psycopg
import pytest
from psycopg.pq import ExecStatus

from app.queries.placeholders import BadSql, parse_template

# A statement with {{ a }} (bound to the text 'A'), and what its only row is.
TAKEN = [
    ("select {{a}}", "A"),
    ("select {{ a }}::text", "A"),
    ("select 'x' || {{ a }} || 'y'", "xAy"),
    ("select '''' || {{ a }}", "'A"),
    (r"select '\' || {{ a }}", r"\A"),
    (r"select E'\'' || {{ a }}", "'A"),
    (r"select e'\\' || {{ a }}", r"\A"),
    (r"select E'a'" + "\n" + r"'\'' || {{ a }}", "a'A"),
    (r"select 'a'" + "\n" + r"'\' || {{ a }}", r"a\A"),
    (r"select U&'\0041' || {{ a }}", "AA"),
    (r"select N'\' || {{ a }}", r"\A"),
    ("select B'1'::text || {{ a }}", "1A"),
    ("select $$'$$ || {{ a }}", "'A"),
    ("select $t$ $$ ' $t$ || {{ a }}", " $$ ' A"),
    ("select $é$ ' $é$ || {{ a }}", " ' A"),
    ("select {{ a }}||$$x$$", "Ax"),
    ("select {{a}}$$x$$ from (values (1)) v", None),
    ('select {{ a }} as "it\'s"', "A"),
    ('select {{ a }} as "a""\'b"', "A"),
    ('select {{ a }} as U&"d\\0061t"', "A"),
    ("select 1 as a$b$, {{ a }} as c", None),
    ("select x$y$.v || {{ a }} from (select 'v' as v) as x$y$", "vA"),
    ("select /* ' */ {{ a }}", "A"),
    ("select /* /* ' */ ' */ {{ a }}", "A"),
    ("select /*/**/*/ {{ a }}", "A"),
    ("select -- ' \n {{ a }}", "A"),
    ("select -- '\r {{ a }}", "A"),
    ("select 3-/**/-1 || {{ a }}", "4A"),
    ("select '--' || {{ a }}", "--A"),
    ("select '/*' || {{ a }}", "/*A"),
    ("select '{\"x\": 1}'::jsonb ->> 'x' || {{ a }}", None),
    ("select ('{\"A\": 1}'::jsonb -> {{ a }})::text", "1"),
    ("select ('{{1,2},{3,4}}'::int[])[2][1] || {{ a }}", "3A"),
    ("select case when {{ a }} = 'A' then 'yes' end", "yes"),
    ("select {{ a }} -- the end", "A"),
    ("select {{ a }} /* never closed? */", "A"),
    ("select array[{{ a }}]::text", "{A}"),
    ("select coalesce({{a}},{{a}})", "A"),
    ("select 1e1||{{ a }}", "10A"),
    ("select E''''||{{ a }}", "'A"),
    ("select ''''''||{{ a }}", "''A"),
]

# Postgres reads the braces of these as text, a name or a comment: nothing could be bound there.
REFUSED = [
    "select '{{ a }}'",
    "select '''{{ a }}'",
    r"select E'\'{{ a }}'",
    r"select 'x' 'y{{ a }}'"[:7] + "'y{{ a }}'",
    "select E'x'\n'\\'{{ a }}'",
    r"select U&'{{ a }}'",
    "select $$ {{ a }} $$",
    "select $t$ $$ {{ a }} $$ $t$",
    'select 1 as "{{ a }}"',
    'select 1 as "x""{{ a }}"',
    "select 1 -- {{ a }}",
    "select 1 /* /* */ {{ a }} */",
    "select /*/ {{ a }} */ 1",
]


@pytest.mark.parametrize(("sql", "expected"), TAKEN)
def test_a_placeholder_in_code_is_bound(source_url: str, sql: str, expected: str | None) -> None:
    template = parse_template(sql)
    numbered = template.parts[0] + "".join("$1" + part for part in template.parts[1:])
    with psycopg.connect(source_url) as connection:
        result = connection.pgconn.exec_params(numbered.encode(), [b"A"], param_types=[25])
        message = connection.pgconn.error_message.decode()
    if expected is None:
        assert result.status == ExecStatus.TUPLES_OK or "unterminated" not in message
    else:
        assert result.status == ExecStatus.TUPLES_OK, message
        value = result.get_value(0, 0)
        assert value is not None and value.decode() == expected


@pytest.mark.parametrize("sql", REFUSED)
def test_a_placeholder_elsewhere_is_refused_and_rightly_so(source_url: str, sql: str) -> None:
    with pytest.raises(BadSql, match="is inside"):
        parse_template(sql)
    with psycopg.connect(source_url) as connection:
        result = connection.pgconn.exec_(sql.encode())
        assert result.status == ExecStatus.TUPLES_OK, connection.pgconn.error_message.decode()
