"""Whatever happens to slots, and in whatever order, the script does what a few lines of Python say."""

from collections import Counter
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.core import redis
from app.runs.slots import leases
from app.runs.slots.leases import Room, Slot, Wanted, close_line, give_back, grant, look, renew, take
from app.runs.slots.script import LEASES
from app.runs.slots.workers import announce, leave

FEW = st.integers(1, 3)
PICK = st.integers(0, 1000)


class Model(RuleBasedStateMachine):
    """`held`, `waiting`, `caps` and `workers` are what should be; Redis is asked after each step."""

    def __init__(self) -> None:
        super().__init__()
        redis.client().flushall()
        self.held: set[Slot] = set()
        self.waiting: dict[Slot, bool] = {}
        self.caps = dict.fromkeys(range(1, 4), 2)
        self.workers = {"a": 1}
        announce("a", 1)
        grant((), ())
        self.known, self.line = True, False
        self.served: dict[int, int] = {}
        self.forgotten: set[Slot] = set()
        self.runs = 0

    @rule(name=st.sampled_from("ab"), capacity=FEW)
    def a_worker_comes(self, name: str, capacity: int) -> None:
        if name not in self.workers:
            assert announce(name, capacity)
            self.workers[name] = capacity
        assert not announce(name, self.workers[name])

    @precondition(lambda self: self.workers)
    @rule(pick=PICK)
    def a_worker_leaves(self, pick: int) -> None:
        name = pick_of(sorted(self.workers), pick)
        leave(name, self.workers.pop(name))

    @rule(datasource=FEW, cap=FEW)
    def a_cap_changes(self, datasource: int, cap: int) -> None:
        self.caps[datasource] = cap

    @rule(asked=st.lists(st.tuples(FEW, FEW, st.booleans()), min_size=1, max_size=5))
    def runs_are_asked_for(self, asked: list[tuple[int, int, bool]]) -> None:
        for datasource, user, is_schedule in asked:
            self.runs += 1
            slot = Slot(self.runs, datasource, user)
            fits = self.fits(slot)
            room = some(take(Wanted(slot, self.caps[datasource], is_schedule)))
            if self.known and fits and not self.line:
                assert room.granted == (slot,)
                self.serve(slot)
            else:
                assert (room.granted, room.room) == ((), fits)
                self.waiting[slot] = is_schedule
                self.line = True

    @precondition(lambda self: self.waiting)
    @rule()
    def the_line_is_promoted(self) -> None:
        wanted = [Wanted(slot, self.caps[slot.datasource_id], late) for slot, late in self.waiting.items()]
        expected = []
        while self.known and (best := self.next()):
            expected.append(best)
            self.serve(best)
            del self.waiting[best]
        assert some(grant(wanted)).granted == tuple(expected)
        self.line = self.line or bool(self.waiting)

    @precondition(lambda self: self.held)
    @rule(pick=PICK)
    def a_run_is_settled(self, pick: int) -> None:
        slot = pick_of(sorted(self.held, key=str), pick)
        self.held.remove(slot)
        some(give_back(slot))
        some(give_back(slot))

    @precondition(lambda self: self.held)
    @rule(pick=PICK, beats_again=st.booleans())
    def a_lease_ends(self, pick: int, beats_again: bool) -> None:
        slot = pick_of(sorted(self.held, key=str), pick)
        redis.client().zadd(LEASES, {str(slot): 1})
        if beats_again:
            some(renew(slot))
        else:
            self.held.remove(slot)

    @precondition(lambda self: not self.waiting)
    @rule()
    def nobody_waits(self) -> None:
        close_line(some(look()).line)
        self.line = False

    @precondition(lambda self: self.runs % 5 == 4)
    @rule()
    def redis_forgets(self) -> None:
        redis.client().flushall()
        self.forgotten = self.held
        self.held, self.workers, self.served = set(), {}, {}
        self.known = self.line = False

    @precondition(lambda self: not self.known)
    @rule()
    def redis_is_told_what_runs(self) -> None:
        some(grant((), sorted(self.forgotten, key=str)))
        self.held |= self.forgotten
        self.forgotten = set()
        self.known = True

    @invariant()
    def redis_agrees(self) -> None:
        room = some(look())
        assert set(room.held) == self.held
        assert (room.capacity, room.known) == (sum(self.workers.values()), self.known)
        assert (room.line > 0) == self.line

    def fits(self, slot: Slot) -> bool:
        in_use = Counter(each.datasource_id for each in self.held)[slot.datasource_id]
        return len(self.held) < sum(self.workers.values()) and in_use < self.caps[slot.datasource_id]

    def next(self) -> Slot | None:
        of_user = Counter(slot.user_id for slot in self.held)
        able = [slot for slot in self.waiting if self.fits(slot)]

        def turn(slot: Slot) -> Any:
            served = self.served.get(slot.user_id, 0)
            return self.waiting[slot], of_user[slot.user_id], served, slot.run_id

        return min(able, key=turn, default=None)

    def serve(self, slot: Slot) -> None:
        self.held.add(slot)
        self.served[slot.user_id] = max(self.served.values(), default=0) + 1


def some(room: Room | None) -> Room:
    assert room is not None
    return room


def pick_of(things: list[Any], pick: int) -> Any:
    return things[pick % len(things)]


def test_the_script_and_the_model_agree(app: Flask) -> None:
    leases._away_until = 0.0
    run_state_machine_as_test(
        Model,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
