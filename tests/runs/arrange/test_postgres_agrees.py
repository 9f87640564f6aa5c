"""What is sorted and filtered here comes out as Postgres sorts and filters it."""

import psycopg
import pytest

from app.runs.models import Run
from tests.runs.arrange.conftest import KINDS, ROWS, SQL, Ask

LAST = ROWS - 200


@pytest.mark.usefixtures("app")
def test_rows_sort_by_each_kind_of_column_both_ways(odd: Run, ask: Ask, source_url: str) -> None:
    with psycopg.connect(source_url) as postgres:
        postgres.execute(f"create temp table odd as {SQL}")
        for name in KINDS:
            by = f'{name} collate "C"' if name == "name" else name
            for direction, nulls in (("asc", "last"), ("desc", "last"), ("desc", "first")):
                sort = [{"column": name, "descending": direction == "desc", "nulls": nulls}]
                expected = postgres.execute(
                    f"select n from odd order by {by} {direction} nulls {nulls}, n"  # type: ignore[arg-type]
                ).fetchall()
                for offset in (0, LAST):
                    answer = ask(odd, sort=sort, offset=offset, limit=200).json
                    found = [row[0] for row in answer["rows"]]
                    assert found == [n for (n,) in expected[offset : offset + 200]], sort
                    assert answer["numbers"] == [n - 1 for n in found]
                    assert answer["matched_count"] == ROWS


def test_several_columns_sort_one_after_the_other(odd: Run, ask: Ask, source_url: str) -> None:
    with psycopg.connect(source_url) as postgres:
        expected = postgres.execute(
            f'select n from ({SQL}) odd order by flag desc nulls first, name collate "C", share desc, n'  # type: ignore[arg-type]
        ).fetchall()
    sort = [
        {"column": "flag", "descending": True, "nulls": "first"},
        {"column": "name"},
        {"column": "share", "descending": True, "nulls": "first"},
    ]
    for limit in (200, 10_000):  # picked, and of the whole order
        answer = ask(odd, sort=sort, limit=limit).json
        assert [row[0] for row in answer["rows"]] == [n for (n,) in expected[:limit]]


FILTERS = [
    ("code", "eq", 7, "code = 7"),
    ("code", "ne", 7, "code is distinct from 7"),
    ("code", "lt", "7.5", "code < 7.5"),
    ("code", "eq", "7.5", "false"),
    ("code", "ge", "99999999999999999999", "false"),
    ("code", "lt", "99999999999999999999", "true"),
    ("volume", "in", [1, 2, "3"], "volume in (1, 2, 3)"),
    ("volume", "not_in", [1, 2], "volume not in (1, 2) or volume is null"),
    ("volume", "between", [10, 20], "volume between 10 and 20"),
    ("volume", "is_null", None, "volume is null"),
    ("volume", "not_null", None, "volume is not null"),
    ("signal", "eq", "NaN", "signal = 'NaN'"),
    ("signal", "gt", "0.99", "signal > 0.99"),
    ("signal", "lt", "Infinity", "signal < 'Infinity'"),
    ("signal", "le", "-Infinity", "signal <= '-Infinity'"),
    ("amount", "eq", "12.3", "amount = 12.3"),
    ("amount", "le", "12.305", "amount <= 12.305"),
    ("amount", "gt", "-0.001", "amount > -0.001"),
    ("share", "gt", "1143.5714285714285714", "share > 1143.5714285714285714"),
    ("share", "eq", "NaN", "share = 'NaN'"),
    ("share", "between", ["1e2", "101.5"], "share between 100 and 101.5"),
    ("day", "eq", "2020-02-29", "day = '2020-02-29'"),
    ("day", "gt", "2021-02-01", "day > '2021-02-01'"),
    ("day", "lt", "2020-01-02", "day < '2020-01-02'"),
    ("at", "eq", "2020-02-29", "at >= '2020-02-29 UTC' and at < '2020-03-01 UTC'"),
    ("at", "between", ["2020-02-01", "2020-02-02"], "at >= '2020-02-01 UTC' and at < '2020-02-03 UTC'"),
    ("at", "ge", "2020-05-01T02:00:00+02:00", "at >= '2020-05-01 UTC'"),
    ("at", "eq", "-infinity", "at = '-infinity'"),
    ("name", "eq", "", "name = ''"),
    ("name", "ge", "z", "name collate \"C\" >= 'z'"),
    ("name", "contains", "ZÜRICH 1", "name ilike '%zürich 1%'"),
    ("name", "not_contains", "a", "name not ilike '%a%' or name is null"),
    ("name", "starts_with", "zeb", "name ilike 'zeb%'"),
    ("name", "ends_with", "77", "name like '%77'"),
    ("name", "contains", "%", "false"),
    ("amount", "contains", "9.9", "amount::text like '%9.9%'"),
    ("flag", "eq", True, "flag"),
    ("flag", "ne", "true", "flag is distinct from true"),
]


def test_filters_keep_what_postgres_keeps(odd: Run, ask: Ask, source_url: str) -> None:
    with psycopg.connect(source_url, options="-c timezone=UTC") as postgres:
        postgres.execute(f"create temp table odd as {SQL}")
        for column, op, value, where in FILTERS:
            expected = [n for (n,) in postgres.execute(f"select n from odd where {where} order by n")]  # type: ignore[arg-type]
            answer = ask(odd, filter=[{"column": column, "op": op, "value": value}], limit=10_000)
            assert answer.status_code == 200, answer.text
            assert [row[0] for row in answer.json["rows"]] == expected[:10_000], (column, op, value)
            assert answer.json["matched_count"] == len(expected), (column, op, value)


def test_a_search_looks_at_every_column_as_it_is_shown(odd: Run, ask: Ask, source_url: str) -> None:
    with psycopg.connect(source_url, options="-c timezone=UTC") as postgres:
        postgres.execute(f"create temp table odd as {SQL}")
        for text in ("ürich 12", "21-01-0", "7.57", "infin", "nan"):
            anywhere = " or ".join(f"{name}::text ilike %(text)s" for name in KINDS)
            expected = postgres.execute(
                f"select n from odd where {anywhere} order by n",  # type: ignore[arg-type]
                {"text": f"%{text}%"},
            ).fetchall()
            answer = ask(odd, search=text, limit=10_000).json
            assert [row[0] for row in answer["rows"]] == [n for (n,) in expected][:10_000], text
