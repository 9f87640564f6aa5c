"""Where an optional clause begins, what is left of it, and what stays Postgres' own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.queries.clauses import Clause
from app.queries.placeholders import BadSql, parse_template


def clauses(sql: str) -> list[str]:
    return [sql[c.start : c.end] for c in parse_template(sql).clauses]


def test_a_clause_is_left_out_when_its_value_is_absent() -> None:
    template = parse_template("select 1 where a [[ and r = {{ r }} ]] and {{ x }}")
    assert template.without(set()).sql == "select 1 where a    and r = {{ r }}    and {{ x }}"
    assert template.without({"r"}).sql == "select 1 where a                       and {{ x }}"
    assert template.without({"r"}).names == ("x",)
    assert template.optional == {"r"}


def test_a_clause_needs_all_of_its_values_and_a_range_is_one() -> None:
    template = parse_template("select 1 [[where a = {{ a }} and d between {{ p.start }} and {{ p.end }}]]")
    assert template.optional == {"a", "p"}
    for absent in ({"a"}, {"p"}):
        assert template.without(absent).names == ()
    assert template.without(set()).names == ("a", "p.start", "p.end")


def test_a_parameter_that_also_stands_outside_is_not_optional() -> None:
    assert parse_template("select {{ a }} [[ + {{ a }} ]]").optional == frozenset()


@pytest.mark.parametrize(
    "sql",
    [
        "select a[1], {{ x }}",
        "select a[b[1]], {{ x }}",
        "select a[b[{{ x }}]]",
        "select a[b[{{ x }}]] [1]",
        "select array[[1,2],[3,4]], {{ x }}",
        "select array[[1, {{ x }}]]",
        "select ARRAY [[1, {{ x }}], [2, 3]]",
        "select array -- [[\n [[{{ x }}]]",
        "select array /* [[ */ [[{{ x }}]]",
        "select array[ [[{{ x }}]], [[2]] ]",
        "select array[[[{{ x }}]]]",
        'select "a"[[{{ x }}]]',
        "select (a)[[{{ x }}]]",
        "select a[1][[{{ x }}]]",
        "select [[1, 2], [3]], {{ x }}",
        "select [[1, 2]], {{ x }}",
        "select [[{{ x }}], [3]]",
        "select '[[', {{ x }}",
        "select '[[ ' || {{ x }} || ' ]]'",
        "select {{ x }} -- [[",
        "select /* [[ */ {{ x }} /* ]] */",
        'select "[[", {{ x }}, "]]"',
        "select $$[[$$, {{ x }}",
        "select {{ x }} [[",
        "select {{ x }} ]]",
    ],
)
def test_brackets_of_the_languages_own_stay_as_they_are(sql: str) -> None:
    template = parse_template(sql)
    assert template.clauses == ()
    assert template.without({"x"}) is template


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select 1 [[where a[b[1]] = {{ x }}]]", ["[[where a[b[1]] = {{ x }}]]"]),
        ("select 1 [[where a = array[[1],[{{ x }}]]]]", ["[[where a = array[[1],[{{ x }}]]]]"]),
        ("select 1 [[where a = ']]' and b = {{ x }}]]", ["[[where a = ']]' and b = {{ x }}]]"]),
        ("select 1 [[where a -- ]]\n = {{ x }}]]", ["[[where a -- ]]\n = {{ x }}]]"]),
        ("select 'x'[[, {{ x }}]]", ["[[, {{ x }}]]"]),
        ("select 1 [[, {{ x }}]][[, {{ y }}]]", ["[[, {{ x }}]]"]),
        ("select 1 [[, {{ x }}]] [[, {{ y }}]]", ["[[, {{ x }}]]", "[[, {{ y }}]]"]),
        ("select array_agg(a) [[, {{ x }}]]", ["[[, {{ x }}]]"]),
        ("select my_array [[, {{ x }}]]", ["[[, {{ x }}]]"]),
    ],
)
def test_a_clause_is_found_around_them(sql: str, found: list[str]) -> None:
    assert clauses(sql) == found


@pytest.mark.parametrize(
    ("sql", "words", "position"),
    [
        ("select 1 [[ and {{ a }} [[ and {{ b }} ]] ]]", "side by side", 25),
        ("select 1\n[[ and {{ a }}", "Line 2: [[ is left open", 10),
        ("select 1 [[ and {{ a }} ]", "left open", 10),
        ("select 1 [[ '{{ a }}' ]]", "inside quotes", 14),
    ],
)
def test_what_cannot_be_a_clause_is_said_at_its_place(sql: str, words: str, position: int) -> None:
    with pytest.raises(BadSql, match=words.replace("[", r"\[")) as caught:
        parse_template(sql)
    assert caught.value.position == position


PIECES = st.sampled_from(
    [
        "[",
        "]",
        "[[",
        "]]",
        "{{ a }}",
        "{{ b }}",
        "{{ c.start }}",
        " ",
        "x",
        "array",
        "'[['",
        "--]]\n",
        ",",
        "(",
        ")",
    ]
)


@given(st.lists(PIECES, max_size=25), st.sets(st.sampled_from("abc")))
def test_what_runs_is_as_long_and_has_no_clauses(pieces: list[str], absent: set[str]) -> None:
    try:
        template = parse_template("select " + " ".join(pieces))
        resolved = template.without(absent)
    except BadSql:
        return
    assert len(resolved.sql) == len(template.sql)
    assert resolved.without(absent) is resolved
    for before, after in zip(template.sql, resolved.sql, strict=True):
        assert after in (before, " ")
    assert not template.clauses or isinstance(template.clauses[0], Clause)
