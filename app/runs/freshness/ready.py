"""Answers kept ready in this process: which question a query asks now, and stored results as JSON.

Both are checked in one round trip for each request: a new version, a changed or archived datasource, a newer
result and an expired one are seen at once. Results never change, so that their JSON does not either.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.flights import Flights
from app.runs.freshness.find import Good
from app.runs.seen import PerSeer, sees_all

MOST_BYTES = 16_000_000
MOST_QUESTIONS = 1000
ASKED_FOR_S = 1.0  # values such as "today" are resolved afresh this often

LOOK = PerSeer(
    """
    select good.id, good.started_at, good.readable,
           exists (select from runs where question = :question and org_id = :org_id and id > good.id
                   and state in ('failed', 'timed_out', 'lost') and {seen}) as failing
    from queries
    join query_versions on query_versions.query_id = queries.id and query_versions.number = queries.latest
    join datasources on datasources.id = query_versions.datasource_id
    cross join lateral (
        select id, started_at,
               result_deleted_at is null
               and (row_count = 0 or exists (select from result_chunks where run_id = runs.id)) as readable
        from runs where question = :question and org_id = :org_id and state = 'succeeded' and {seen}
        order by id desc limit 1) good
    where queries.id = :query_id and queries.org_id = :org_id and queries.archived_at is null
      and query_versions.id = :version_id
      and datasources.archived_at is null and datasources.changed_at = :changed_at
    """
)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query asked at `at` (of time.monotonic()), and the rows on which that rests."""

    question: bytes
    version_id: int
    changed_at: datetime
    at: float

    @property
    def old(self) -> bool:
        return time.monotonic() - self.at > ASKED_FOR_S


def look(session: Session, actor: Actor, query_id: int, asked: Asked) -> Good | None:
    """The newest equal result; None when the query asks something else now, or its newest try failed."""
    seer = sees_all(actor) or actor.user_id
    row = LOOKS.share((actor.org_id, seer, query_id, asked), lambda: _look(session, actor, query_id, asked))
    return None if row is None or row.failing else Good(row.id, row.started_at, row.readable)


def _look(session: Session, actor: Actor, query_id: int, asked: Asked) -> Any | None:
    values = {
        "question": asked.question,
        "org_id": actor.org_id,
        "query_id": query_id,
        "version_id": asked.version_id,
        "changed_at": asked.changed_at,
    }
    return LOOK.first(session, actor, values)


class Shelf(Generic[K, V]):
    """The things used last, up to a weight in all. Thread safe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._lock = threading.Lock()
        self._things: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def get(self, key: K) -> V | None:
        with self._lock:
            found = self._things.get(key)
            if found is None:
                return None
            self._things.move_to_end(key)
            return found[0]

    def put(self, key: K, thing: V, weight: int = 1) -> None:
        """What weighs more than a tenth of the shelf is not kept."""
        if weight * 10 > self._most:
            return
        with self._lock:
            _, before = self._things.pop(key, (None, 0))
            self._things[key] = (thing, weight)
            self._held += weight - before
            while self._held > self._most:
                self._held -= self._things.popitem(last=False)[1][1]


def known_question(place: tuple[object, ...]) -> Asked | None:
    """What was asked here lately. Of many who come when it is old one is told None, to ask anew for all."""
    found = questions.get(place)
    if found is None or not found.old:
        return found
    questions.put(place, replace(found, at=time.monotonic()))
    return None


LOOKS: Flights[tuple[object, ...], Any | None] = Flights()
questions: Shelf[tuple[object, ...], Asked] = Shelf(MOST_QUESTIONS)
bodies: Shelf[tuple[int, int, int], bytes] = Shelf(MOST_BYTES)
