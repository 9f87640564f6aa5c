"""A result with every kind of column and with whatever is odd in it, in several chunks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from app.accounts.allow import Actor
from app.datasources.models import Datasource
from app.runs.arrange import shelf
from app.runs.models import Run
from tests.browsing import Browser
from tests.makers import run_now

ROWS = 30_000  # three chunks
SQL = f"""
select n, (n * 7919 % 1000)::int as code, nullif(n::bigint * 104729 % 1009, 5) as volume,
       case n % 997 when 0 then 'NaN' when 1 then '-Infinity' when 2 then null
            else sin(n)::text end::float8 as signal,
       (n * 137 % 9001 / 100.0)::numeric(12, 2) as amount,
       case when n % 5003 = 0 then 'NaN'::numeric else n * 31 % 8009 / 7.0 end as share,
       case when n = 25000 then 'infinity' when n = 25001 then '0044-03-15 BC'
            else date '2020-01-01' + n % 400 end::date as day,
       case when n % 4001 = 0 then '-infinity' when n % 11 = 3 then null
            else timestamptz '2020-01-01 UTC' + n * interval '7.5 min' end as at,
       case n % 9 when 0 then null when 1 then '' when 2 then 'Zürich ' || n when 3 then 'zebra' || n % 77
            else chr(65 + n % 58) || md5(n::text) end as name,
       case n % 3 when 0 then null else n % 2 = 0 end as flag
  from generate_series(1, {ROWS}) n
"""
KINDS = ("n", "code", "volume", "signal", "amount", "share", "day", "at", "name", "flag")

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def own_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that run beside this one empty theirs."""
    monkeypatch.setattr(shelf, "folder", lambda: tmp_path)


@pytest.fixture
def odd(alice: Actor, source: Datasource) -> Run:
    run = run_now(alice, source, SQL)
    assert run.row_count == ROWS, run.failure_message
    return run


@pytest.fixture
def ask(browse: Callable[[Actor | None], Browser], alice: Actor) -> Ask:
    """`ask(run, sort=[...], filter=[...])`: the answer of `/rows`."""
    caller = browse(alice)

    def call(run: Run, who: Browser | None = None, **asked: Any) -> Any:
        texts = {k: json.dumps(v) if isinstance(v, list) else v for k, v in asked.items()}
        return (who or caller).api("GET", f"/v1/runs/{run.id}/rows?{urlencode(texts)}")

    return call
