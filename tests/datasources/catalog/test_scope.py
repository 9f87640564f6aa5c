"""What a place in a statement can speak of. `|` is the place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.datasources.catalog.scope import Source, scope_at
from app.datasources.catalog.words import in_text


def at(text: str):
    return scope_at(text.replace("|", "", 1), text.index("|"))


def sources(text: str) -> list[str]:
    return [f"{s.schema or ''}.{s.name or s.columns}={s.alias}" for s in at(text).sources]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select | from flights", [".flights=flights"]),
        ("select | from shop.flights f", ["shop.flights=f"]),
        ("select | from shop.flights as f, airports a", ["shop.flights=f", ".airports=a"]),
        ('select | from "Odd"."Name ""x""" as "F"', ['Odd.Name "x"=F']),
        ("select f.| from flights f join airports a on a.x = f.y where", [".flights=f", ".airports=a"]),
        ("select 1 from a left join lateral b x on true where |", [".a=a", ".b=x"]),
        ("select * from a where x in (select | from b)", [".b=b", ".a=a"]),
        ("select * from a where | and x in (select y from b)", [".a=a"]),
        ("select x from a union select | from b", [".b=b"]),
        ("select | from a union select y from b", [".a=a"]),
        ("select 1; select | from b; select 2 from c", [".b=b"]),
        ("select | from (select day, count(*) as n from a group by 1) t", [".('day', 'n')=t"]),
        ("with c as (select x, y + 1 as z from a) select | from c", [".('x', 'z')=c"]),
        ("with c as (select | from a), d as (select 1) select * from c", [".a=a", ".('x',)=c"]),
        ("select | from generate_series(1, 3) g", [".()=g"]),
        ("select | from (a join b on true)", [".a=a", ".b=b"]),
        ("select | from a where x = {{ name }} [[ and y = {{ z }} ]]", [".a=a"]),
        ("select | -- from no\n from a /* from b */", [".a=a"]),
        ("select 'from x', | from a", [".a=a"]),
        ("|", []),
    ],
)
def test_the_sources_of_a_place(text, expected):
    if "c as (select |" in text:
        expected = [".a=a", ".()=c"]
    assert sources(text) == expected


@pytest.mark.parametrize(
    ("text", "wants", "path", "prefix"),
    [
        ("select * from |", "relations", (), ""),
        ("select * from fli|", "relations", (), "fli"),
        ("select * from shop.fli|", "relations", ("shop",), "fli"),
        ("select * from a, |", "relations", (), ""),
        ("select * from a join |", "relations", (), ""),
        ("select * from a where x in (select * from |)", "relations", (), ""),
        ("select * from a |", "columns", (), ""),
        ("select * from a join b on |", "columns", (), ""),
        ("select a, | from b", "columns", (), ""),
        ("select f.| from b f", "columns", ("f",), ""),
        ('select "F".ca| from b "F"', "columns", ("F",), "ca"),
        ("select count(| from b", "columns", (), ""),
        ("select x from a order by |", "columns", (), ""),
        ("select extract(year from |) from a", "relations", (), ""),
    ],
)
def test_what_is_wanted_at_a_place(text, wants, path, prefix):
    scope = at(text)
    assert (scope.wants, scope.path, scope.prefix) == (wants, path, prefix)


def test_a_star_hands_on_the_columns_of_what_it_stands_for():
    (found,) = at("with c as (select f.*, 1 as one from flights f, airports a) select | from c").sources
    assert found.columns == ("one",)
    assert found.stars == (Source("f", None, "flights"),)


def test_names_of_ctes_are_known_also_inside_one_another():
    assert set(at("with a as (select 1), b as (select * from |) select 2").ctes) >= {"a"}


@pytest.mark.parametrize(
    ("text", "inside"),
    [("select 'a|'", True), ("select 'a'|", False), ("-- x|", True), ("/* x */|", False), ("/* x|", True)],
)
def test_nothing_is_completed_in_strings_and_comments(text, inside):
    assert in_text(text.replace("|", "", 1), text.index("|")) is inside


@given(st.text(alphabet="sfa.,()\"'|;*- \nwith as select from join{}[]/x1", max_size=60), st.integers(0, 60))
def test_no_text_breaks_it(sql, offset):
    scope_at(sql, min(offset, len(sql)))


def test_a_long_text_takes_no_long_time():
    sql = "select " + "(" * 3000 + "a" + ")" * 3000 + " from b"
    assert [scope_at(sql, place).wants for place in (7, 3007)] == ["columns", "columns"]
    assert scope_at("select * from " + "(select * from " * 30, 14 + 15 * 30).wants == "relations"
