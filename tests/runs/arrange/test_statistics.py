"""What a column holds, against what Postgres counts; and one cell in full."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest

from app.accounts.allow import Actor
from app.datasources.models import Datasource
from app.runs.models import Run
from tests.browsing import Browser
from tests.makers import run_now
from tests.runs.arrange.conftest import KINDS, SQL

ODD = ["NaN", "infinity", "-infinity", "-Infinity"]
Browse = Callable[[Actor | None], Browser]
Look = Callable[..., Any]


@pytest.fixture
def look(browse: Browse, alice: Actor) -> Look:
    """`look(run, column="n")`: the answer of `/statistics`."""
    caller = browse(alice)
    return lambda run, **asked: caller.api("GET", f"/v1/runs/{run.id}/statistics?{urlencode(asked)}")


def test_counts_and_ends_are_those_of_postgres(odd: Run, look: Look, source_url: str) -> None:
    with psycopg.connect(source_url, options="-c timezone=UTC") as postgres:
        postgres.execute(f"create temp table odd as {SQL}")
        for name in KINDS:
            ordered = f"odd.{name}" + (' collate "C"' if name == "name" else "")
            scale = f"not {name}::text = any(array{ODD}) and" if name not in ("name", "flag") else ""
            value = f"select {name}::text from odd where {scale} {name} is not null order by {ordered}"
            expected = postgres.execute(
                f"""select count(*), count(*) - count({name}), count(distinct {name}),
                  ({value} limit 1), ({value} desc limit 1) from odd"""  # type: ignore[arg-type]
            ).fetchone()
            found = look(odd, column=name).json
            shown = [str(found[end]).lower() if name == "flag" else str(found[end]) for end in ("min", "max")]
            assert expected is not None
            assert (found["row_count"], found["nulls"], found["distinct"]) == expected[:3], name
            if name == "signal":
                assert [float(each) for each in shown] == [float(each) for each in expected[3:]]
                assert found["special"] == {"-Infinity": 31, "NaN": 30}
            else:
                assert shown == list(expected[3:]), name


def test_sums_means_and_quantiles_are_exact(odd: Run, look: Look, source_url: str) -> None:
    with psycopg.connect(source_url) as postgres:
        for name in ("volume", "amount"):
            expected = postgres.execute(
                f"""select trim_scale(sum({name})::numeric)::text,
                  (percentile_disc(array[0.25, 0.5]) within group (order by {name}))::text[]
                  from ({SQL}) odd"""  # type: ignore[arg-type]
            ).fetchone()
            found = look(odd, column=name).json
            assert expected is not None
            assert found["sum"] == expected[0]
            for q, value in zip(("0.25", "0.5"), expected[1], strict=True):
                assert abs(float(found["quantiles"][q]) - float(value)) <= 1


def test_every_value_is_in_a_bin_and_the_commonest_come_first(odd: Run, look: Look) -> None:
    for name in ("n", "signal", "share", "at"):
        found = look(odd, column=name).json
        counted = found["row_count"] - found["nulls"] - sum(found["special"].values())
        assert sum(each["count"] for each in found["histogram"]) == counted, name
    top = look(odd, column="name").json["top"]
    assert top[0]["value"] == ""
    assert [each["count"] for each in top] == sorted((each["count"] for each in top), reverse=True)


def test_statistics_are_of_the_rows_that_match(odd: Run, look: Look) -> None:
    found = look(odd, column="n", filter='[{"column": "n", "op": "le", "value": 10}]').json
    assert (found["row_count"], found["min"], found["max"], found["sum"]) == (10, 1, 10, "55")
    nothing = look(odd, position=0, search="no such text anywhere").json
    assert (nothing["row_count"], nothing["min"], nothing["top"]) == (0, None, [])


def test_integers_add_up_beyond_sixty_four_bits(alice: Actor, source: Datasource, look: Look) -> None:
    run = run_now(alice, source, "select 9223372036854775807 as big from generate_series(1, 4)")
    found = look(run, column="big").json
    assert (found["sum"], found["mean"]) == ("36893488147419103228", "9223372036854775807")


def test_a_column_that_is_not_there_is_named(odd: Run, look: Look) -> None:
    assert "no column “gone”" in look(odd, column="gone").json["fields"]["column"]
    assert look(odd, position="99").json["fields"].keys() == {"position"}
    assert look(odd, position="x").status_code == 422
    assert look(odd).json["fields"].keys() == {"column"}


def test_a_cell_comes_in_full_and_a_stranger_sees_404(
    odd: Run, browse: Browse, alice: Actor, charlie: Actor, look: Look
) -> None:
    path = f"/v1/runs/{odd.id}/cells/29999/0"
    assert browse(alice).api("GET", path).json["value"] == 30_000
    assert browse(alice).api("GET", f"/v1/runs/{odd.id}/cells/30000/0").status_code == 404
    assert browse(alice).api("GET", f"/v1/runs/{odd.id}/cells/0/10").status_code == 404
    assert browse(charlie).api("GET", path).status_code == 404
    assert browse(charlie).api("GET", f"/v1/runs/{odd.id}/statistics?column=n").status_code == 404
