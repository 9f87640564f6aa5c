"""The grammar of `/rows`, and what is wrong with it, by field."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.accounts.allow import Actor
from app.datasources.models import Datasource
from app.runs.arrange import shelf
from app.runs.models import Run
from tests.browsing import Browser
from tests.makers import run_now
from tests.runs.arrange.conftest import Ask

Browse = Callable[[Actor | None], Browser]


@pytest.fixture
def small(alice: Actor, source: Datasource) -> Run:
    return run_now(
        alice,
        source,
        """select * from (values (3, 'c', true), (1, 'a', null), (2, 'b', false)) t (n, letter, flag)""",
    )


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ({"sort": [{"column": "gone"}]}, "sort.0.column", "no column “gone”"),
        ({"filter": [{"column": 9, "op": "is_null"}]}, "filter.0.column", "at position 9"),
        ({"filter": [{"column": "n", "op": "like", "value": "x"}]}, "filter.0.op", "Input should be"),
        ({"filter": [{"column": "n", "op": "eq", "value": "x"}]}, "filter.0.value", "Use a number"),
        ({"filter": [{"column": "n", "op": "eq"}]}, "filter.0.value", "takes one value"),
        ({"filter": [{"column": "n", "op": "between", "value": [1]}]}, "filter.0.value", "two values"),
        ({"filter": [{"column": "n", "op": "in", "value": []}]}, "filter.0.value", "1 to 200"),
        ({"filter": [{"column": "n", "op": "eq", "value": "9e99999"}]}, "filter.0.value", "fewer digits"),
        ({"filter": [{"column": "flag", "op": "lt", "value": True}]}, "filter.0.op", "boolean"),
        ({"filter": [{"column": "flag", "op": "eq", "value": 1}]}, "filter.0.value", "true or false"),
        ({"filter": "{"}, "filter", "JSON list"),
        ({"filter": "[1]"}, "filter.0", "valid"),
        ({"sort": "[" * 5000}, "sort", "JSON list"),
        ({"sort": [{"column": "n"}] * 9}, "sort", "at most 8"),
        ({"search": "x" * 201}, "search", "at most 200"),
        ({"cell_characters": 7}, "cell_characters", "100"),
        ({"sort": [{"column": "n"}], "offset": -1}, "offset", "0 or more"),
    ],
)
def test_bad_input_is_named_at_its_field(
    small: Run, ask: Ask, asked: dict[str, Any], field: str, words: str
) -> None:
    answer = ask(small, **asked)
    assert answer.status_code == 422
    assert words in next(text for name, text in answer.json["fields"].items() if name.startswith(field))


def test_a_stranger_sees_404(small: Run, ask: Ask, browse: Browse, charlie: Actor) -> None:
    assert ask(small, browse(charlie), sort=[{"column": "n"}]).status_code == 404
    assert ask(small, browse(charlie), search="a").status_code == 404


def test_without_an_arrangement_the_rows_come_as_they_are(small: Run, ask: Ask) -> None:
    answer = ask(small).json
    assert [row[0] for row in answer["rows"]] == [3, 1, 2]
    assert (answer["numbers"], answer["matched_count"], answer["row_count"]) == (None, 3, 3)


def test_hostile_names_and_values_are_only_names_and_values(
    alice: Actor, source: Datasource, ask: Ask
) -> None:
    name = """a".'; drop table x; -- {{ 7*7 }} (.*)"""
    value = """', "") or 1=1 .*\\ [a-z]+ %_"""
    quoted = name.replace('"', '""')
    run = run_now(
        alice,
        source,
        f"""select t.v as "{quoted}", 1 as n, 2 as n from (values ($v${value}$v$), ('x'), (' x')) t (v)""",
    )
    for op in ("eq", "contains", "starts_with", "ends_with"):
        answer = ask(run, filter=[{"column": name, "op": op, "value": value}], sort=[{"column": name}]).json
        assert [row[0] for row in answer["rows"]] == [value]
    assert ask(run, filter=[{"column": name, "op": "eq", "value": " x"}]).json["rows"] == [[" x", 1, 2]]
    assert ask(run, search=value[:12]).json["matched_count"] == 1
    same_name = ask(run, filter=[{"column": 2, "op": "eq", "value": 2}]).json
    assert same_name["matched_count"] == 3


def test_an_empty_result_has_no_rows_in_any_order(alice: Actor, source: Datasource, ask: Ask) -> None:
    run = run_now(alice, source, "select 1 as n, 'a' as letter where false")
    answer = ask(run, sort=[{"column": "n"}, {"column": "letter"}], search="a").json
    assert (answer["rows"], answer["matched_count"]) == ([], 0)


def test_a_long_cell_is_cut_when_asked_and_says_how_long_it_is(
    alice: Actor, source: Datasource, ask: Ask
) -> None:
    run = run_now(
        alice, source, "select 1 as n, repeat('ü', 1000000) as long, decode(repeat('ff', 500), 'hex') as b"
    )
    whole = ask(run).json
    assert (len(whole["rows"][0][1]), whole["cut"]) == (1_000_000, [])
    for sort in ([], [{"column": "n"}]):
        answer = ask(run, cell_characters=100, sort=sort).json
        assert answer["rows"] == [[1, "ü" * 100, "\\x" + "ff" * 50]]
        assert sorted(answer["cut"]) == [[0, 1, 1_000_000], [0, 2, 1_002]]


def test_numbers_of_any_size_and_years_of_any_era_keep_their_order(
    alice: Actor, source: Datasource, ask: Ask
) -> None:
    huge = f"1{'0' * 90}"
    run = run_now(
        alice,
        source,
        f"""select * from (values
            ({huge}::numeric, '0044-03-15 BC'::date), ({huge}.5, '12000-01-01'), (1e-60, '2020-01-01'),
            (-{huge}, 'infinity'), ('NaN', '-infinity'), (null, null), (0, '0001-01-01')) t (big, day)""",
    )
    rows = ask(run, sort=[{"column": "big"}]).json["rows"]
    assert [row[0] and row[0][:3] for row in rows] == ["-10", "0", "0.0", "100", "100", "NaN", None]
    assert rows[4][0].endswith(".5")
    rows = ask(run, sort=[{"column": "day", "descending": True}]).json["rows"]
    assert [row[1] for row in rows] == [
        "infinity", "12000-01-01", "2020-01-01", "0001-01-01", "0044-03-15 BC", "-infinity", None,
    ]  # fmt: skip
    above = ask(run, filter=[{"column": "big", "op": "gt", "value": huge}]).json
    assert {row[0][-2:] for row in above["rows"]} == {".5", "aN"}
    since = ask(run, filter=[{"column": "day", "op": "ge", "value": "2020-01-01"}]).json
    assert since["matched_count"] == 3


def test_what_was_cut_by_a_limit_says_so(alice: Actor, source: Datasource, ask: Ask) -> None:
    run = run_now(alice, source, "select n from generate_series(1, 100) n", max_rows=10)
    answer = ask(run, sort=[{"column": "n", "descending": True}]).json
    assert (answer["rows"][0], answer["truncated_by"], answer["matched_count"]) == ([10], "rows", 10)


def test_the_shelf_can_be_emptied_at_any_time(small: Run, ask: Ask) -> None:
    sort = [{"column": "letter"}]
    first = ask(small, sort=sort, limit=2).json
    for file in shelf.folder().iterdir():
        file.unlink()
    assert ask(small, sort=sort, limit=2).json == first


def test_the_shelf_is_bounded_and_ours_alone(small: Run, ask: Ask, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shelf, "folder", lambda: tmp_path)
    monkeypatch.setattr(shelf, "room", lambda: 2500)
    for _ in range(3):
        with shelf.put(shelf.key(_)) as file:
            file.write(b"x" * 1000)
    assert {file.name for file in tmp_path.iterdir()} <= {shelf.key(each) for each in range(3)}
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(ZeroDivisionError), shelf.put("broken"):
        raise ZeroDivisionError
    assert shelf.find("broken") is None
    assert len(list(tmp_path.iterdir())) == 2


def test_a_result_that_the_shelf_cannot_hold_says_what_to_do(small: Run, ask: Ask, monkeypatch) -> None:
    monkeypatch.setattr(shelf, "room", lambda: 10)
    answer = ask(small, sort=[{"column": "n"}])
    assert answer.status_code == 422
    assert "Do it in the SQL." in answer.json["detail"]
    assert ask(small).status_code == 200
