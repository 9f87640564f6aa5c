import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.queries.placeholders import LONGEST_SQL, BadSql, parse_template


def refusal(sql: str) -> str:
    with pytest.raises(Invalid) as caught:
        parse_template(sql)
    return caught.value.fields["sql"]


def test_parts_and_names_alternate() -> None:
    sql = (
        "select * from f where c = {{carrier}} and d >= {{ p.start }} and d < {{p.end}} or c = {{ carrier }}"
    )
    template = parse_template(sql)
    assert template.names == ("carrier", "p.start", "p.end", "carrier")
    assert template.distinct == ("carrier", "p")
    assert template.parts[0] == "select * from f where c = "
    assert template.parts[-1] == ""
    for part, start in zip(template.parts, template.part_starts, strict=True):
        assert sql.startswith(part, start)


@pytest.mark.parametrize(
    "sql",
    [
        "select '{{1,2},{3,4}}'::int[]",
        "select '{{a,b}}'::text[]",
        "select '{{}}'",
        "select '{{ two words }}'",
        "select $${{1}}$$",
        'select 1 as "{{1}}"',
        "select 1 -- {{ not a name }}",
        "select '$1'",
        "select 1 /* $1 */",
        "select a{b}",
    ],
)
def test_braces_that_are_no_placeholder_are_left_alone(sql: str) -> None:
    assert parse_template(sql).parts == (sql,)


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("select '{{ name }}'", "without quotes"),
        ("select '%{{name}}%'", "'%' || {{ name }} || '%'"),
        (r"select E'\'{{ name }}'", "inside quotes"),
        ("select $x$ {{ name }} $x$", "inside quotes"),
        ("select U&'{{ name }}'", "inside quotes"),
        ("select 1 -- {{ name }}", "inside a comment"),
        ("select 1 /* /* */ {{ p.start }} */", "inside a comment"),
        ('select "{{ name }}"', "inside a quoted name"),
        ("select * from t_{{ name }}", "part of a name"),
        ("select * from s.{{ name }}", "part of a name"),
        ("select {{ name }}_x", "part of a name"),
        ('select "a"{{ name }}', "part of a name"),
        ("select {{ 1a }}", "“1a” is no name"),
        ("select {{ a b }}", "“a b” is no name"),
        ("select {{ a.middle }}", "“a.middle” is no name"),
        ("select {{ größe }}", "“größe” is no name"),
        ("select {{ }}", "has no name"),
        ("select {{{a}}}", "is no name"),
        ("select {{ a", "left open"),
        ("select {{ a }", "left open"),
        ("select {{ 'a' }}", "is no name"),
        ("select {{ " + "a" * 64 + " }}", "at most 63"),
        ("select $1", "$1 has no value here"),
        ("", "Write some SQL"),
        (" ;\n", "Write some SQL"),
        ("-- only this", "only comments"),
        ("select '\0'", "NUL"),
        ("select '\ud800'", "surrogate"),
        ("select " + ",".join(f"{{{{a{i}}}}}" for i in range(101)), "at most 100"),
    ],
)
def test_a_refusal_says_what_to_write_instead(sql: str, word: str) -> None:
    assert word in refusal(sql)


def test_a_refusal_names_line_and_position() -> None:
    with pytest.raises(BadSql) as caught:
        parse_template("select 1,\n '{{ name }}'")
    assert caught.value.fields["sql"].startswith("Line 2: ")
    assert caught.value.position == 13


def test_ten_megabytes_are_refused_at_once() -> None:
    started = time.process_time()
    assert "10,485,760 characters" in refusal("x" * 10_485_760)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("piece", ["{{a}},", "'{{ ", "{{ ", "'{{a'", "{{a}}{{", "''"])
def test_a_hostile_megabyte_is_quick(piece: str) -> None:
    started = time.process_time()
    with contextlib.suppress(BadSql):
        parse_template(piece * (LONGEST_SQL // len(piece)))
    assert time.process_time() - started < 5


@given(st.text(alphabet="'\"$-/*\\E a1\n{}.sté;", max_size=60))
def test_any_text_is_taken_apart_without_loss_or_refused(sql: str) -> None:
    try:
        template = parse_template(sql)
    except BadSql as error:
        assert error.fields["sql"]
        return
    assert len(template.parts) == len(template.names) + 1 == len(template.part_starts)
    ends = [start + len(part) for part, start in zip(template.parts, template.part_starts, strict=True)]
    between = [sql[end:start] for end, start in zip(ends, template.part_starts[1:], strict=False)]
    assert all(text.startswith("{{") and text.endswith("}}") for text in between)
    assert ends[-1] == len(sql)
