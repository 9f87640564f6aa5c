"""What people and programs go on doing while parts of an installation fail: runs, exports, recomputes.

Whoever is refused tries again or lets it be; what was accepted is remembered, and what was answered is read.
"""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPException
from typing import Any
from unittest.mock import patch
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.analytics.events.read import Event, Read
from app.analytics.events.take import take_events
from app.analytics.sources.change import SourceBody, create_source
from app.core import db
from app.core.clock import now
from app.datasources.models import Datasource
from tests.faults.points import POINTS, sql_with
from tests.faults.site import Site
from tests.live import Installation
from tests.makers import start

WIDE = "select i, repeat(md5(i::text), 10) as t from generate_series(1, 20000) i"
STATEMENTS = (
    *("select 1 as one", "select pg_sleep(0.2) as slept", "select generate_series(1, 500) as i"),
    *("select pg_sleep(1) as slept", "select pg_sleep(6) as slept", WIDE, "select 1/0"),
)
SOME_RESULT = text(
    "select id, row_count from runs where state = 'succeeded' and explain is null order by random() limit 1"
)
OUTAGE = (SQLAlchemyError, RedisError, OSError, HTTPException, json.JSONDecodeError)
SCHEDULES = 6


class Traffic:
    """`broken` is what nobody should ever see, in words; `done` counts what went well."""

    def __init__(self, site: Site, processes: Installation, datasource: Datasource, seed: int) -> None:
        self._site, self._processes, self._datasource = site, processes, datasource
        self._seed = seed
        self._chance = random.Random(seed)
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []
        self.accepted: set[int] = set()
        self.events = 0
        self.broken: list[str] = []
        self.done: Counter[str] = Counter()

    def __enter__(self) -> "Traffic":
        self._schedule()
        with db.transaction() as session:
            create_source(session, self._site.alice, SourceBody(slug="chaos", provider_name="Chaos"))
        for work in (self._export, self._recompute):
            thread = threading.Thread(target=self._again_and_again, args=(work,), name=work.__name__)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def begin(self, count: int) -> None:
        """Start so many runs of all sorts: by the web or beside it, some to die or to be forgotten."""
        for _ in range(count):
            way, point = self._chance.random(), self._chance.choice(POINTS)
            sql = self._chance.choice(STATEMENTS)
            if way < 0.1:
                sql = sql_with(point, "kill")
            with suppress(*OUTAGE):
                if way < 0.5:
                    self.accepted.add(self._by_web(sql))
                elif way < 0.6:
                    with patch("app.runs.start.ask"):
                        self.accepted.add(start(self._site.alice, self._datasource, sql))
                else:
                    self.accepted.add(start(self._site.alice, self._datasource, sql))

    def call(self, path: str, body: Any = None, timeout_s: float = 5) -> bytes:
        """Raises what OUTAGE lists when nobody answers, or not in order."""
        request = Request(
            self._processes.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._site.token}", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=timeout_s) as answer:
            return bytes(answer.read())

    def _by_web(self, sql: str) -> int:
        asked = {"datasource_id": self._datasource.id, "sql": sql}
        return int(json.loads(self.call("/v1/runs", asked))["id"])

    def _again_and_again(self, work: Callable[[random.Random], None]) -> None:
        chance = random.Random(self._seed)
        while not self._ended.wait(chance.uniform(0.1, 1)):
            try:
                work(chance)
                self.done[work.__name__.strip("_")] += 1
            except HTTPError as error:
                if error.code == 500:
                    self.broken.append(f"{work.__name__}: 500 {error.read()[:500]!r}")
            except OUTAGE:
                continue

    def _export(self, chance: random.Random) -> None:
        """A file that ends in good order has every row."""
        with db.autocommit() as connection:
            run = connection.execute(SOME_RESULT).first()
        if run is None:
            return
        form = chance.choice(("csv", "json"))
        content = self.call(f"/v1/runs/{run.id}/export?format={form}", timeout_s=30)
        rows = content.count(b"\n") - 1 if form == "csv" else len(json.loads(content))
        if rows != run.row_count:
            self.broken.append(f"the {form} of run {run.id} has {rows} rows, not {run.row_count}")

    def _recompute(self, chance: random.Random) -> None:
        """An event, and then its day anew, unless that is under way."""
        moment = now() - timedelta(days=chance.randint(1, 3))
        event = Event(
            source="chaos", external_ref=str(self.events), entity_id="one", status="paid", occurred_at=moment
        )
        with db.transaction() as session:
            taken = take_events(session, self._site.alice, Read([event], [""]))
        self.events += 1
        assert taken
        self.recompute(moment.date().isoformat())

    def recompute(self, first: str, last: str | None = None) -> int:
        asked = {"report_slug": "volume-by-period", "window": "day", "date_from": first}
        return int(json.loads(self.call("/v1/recomputations", asked | {"date_to": last or first}))["id"])

    def _schedule(self) -> None:
        """A few queries, each due every minute, at different seconds of it."""
        for number in range(SCHEDULES):
            asked = {"name": f"Due {number}", "datasource_id": self._datasource.id}
            query = json.loads(self.call("/v1/queries", asked | {"sql": f"select {number} as n"}))
            begins = now() + timedelta(seconds=10 * (number + 1))
            rule = {"kind": "interval", "minutes": 1, "time_zone": "UTC", "starts_at": begins.isoformat()}
            self.call("/v1/schedules", {"query_id": query["id"], **rule})

    def rest(self, patience_s: float) -> None:
        """Wait until the parts answer again."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            with suppress(*OUTAGE):
                self.call("/readyz")
                return
            time.sleep(0.2)
        raise AssertionError("the installation is not ready again")
