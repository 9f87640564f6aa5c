"""Claims, settlements, cancellations and sweeps in any order: each run ends in exactly one final state."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from app.accounts.allow import Actor
from app.core import db
from app.core.errors import Conflict
from app.datasources.connectors.base import Column, ColumnKind, FailureReason
from app.datasources.models import Datasource
from app.runs.cancel import cancel_run
from app.runs.claim import Claim, claim
from app.runs.evidence.account import Account
from app.runs.hand_back import hand_back
from app.runs.models import Run, RunState
from app.runs.settle import ClaimLost, fail, succeed
from app.runs.sweep import sweep
from tests.makers import start

PICK = st.integers(0, 100)
MOVES = {
    RunState.QUEUED: {RunState.RUNNING, RunState.CANCELLED},
    RunState.RUNNING: {RunState.QUEUED, *(state for state in RunState if state.settled)},
}
FAILURES = st.sampled_from(
    [FailureReason.SYNTAX, FailureReason.TIMEOUT, FailureReason.CANCELLED, FailureReason.INTERNAL]
)
ONE = (Column("one", "integer", ColumnKind.INTEGER),)
LONG_AGO = text(
    "update runs set beat_at = beat_at - interval '1 hour' where id = :run_id and state = 'running'"
)
LEFT = text(
    """
    select (select count(*) from evidence_reports where run_id = :run_id) as reports,
           (select count(*) from result_columns where run_id = :run_id) as columns
    """
)


class States(RuleBasedStateMachine):
    """`seen` is each run's row as it was after the last step; `claims` are all that a worker ever won."""

    actor: Actor
    source: Datasource

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[int, tuple[Any, ...]] = {}
        self.claims: list[Claim] = []

    @rule()
    def a_run_is_asked_for(self) -> None:
        run_id = start(self.actor, self.source, "select 1 as one")
        self.seen[run_id] = row_of(run_id)

    @precondition(lambda self: self.seen)
    @rule(pick=PICK)
    def two_workers_get_its_job(self, pick: int) -> None:
        run_id = self.run(pick)
        was = self.state(run_id)
        won = [claimed for claimed in (claim(run_id), claim(run_id)) if claimed]
        assert len(won) == (was == RunState.QUEUED)
        self.claims += won

    @precondition(lambda self: self.claims)
    @rule(pick=PICK)
    def a_worker_succeeds(self, pick: int) -> None:
        claimed = self.claims[pick % len(self.claims)]
        report = Account(claimed).of_success(None, None)
        with db.engine().connect() as connection, connection.begin() as transaction:
            try:
                succeed(
                    connection,
                    claimed.run_id,
                    claimed.worker,
                    columns=ONE,
                    row_count=0,
                    byte_count=0,
                    truncated_by=None,
                    report=report,
                )
            except ClaimLost:
                transaction.rollback()
            else:
                assert self.state(claimed.run_id) == RunState.RUNNING

    @precondition(lambda self: self.claims)
    @rule(pick=PICK, reason=FAILURES)
    def a_worker_fails(self, pick: int, reason: FailureReason) -> None:
        claimed = self.claims[pick % len(self.claims)]
        try:
            fail(claimed.run_id, claimed.worker, reason, "No.", Account(claimed).of_failure(reason))
        except ClaimLost:
            return
        assert self.state(claimed.run_id) == RunState.RUNNING

    @precondition(lambda self: self.claims)
    @rule(pick=PICK)
    def a_worker_leaves(self, pick: int) -> None:
        hand_back(self.claims[pick % len(self.claims)])

    @precondition(lambda self: self.seen)
    @rule(pick=PICK)
    def somebody_cancels(self, pick: int) -> None:
        run_id = self.run(pick)
        with db.transaction() as session:
            try:
                cancel_run(session, self.actor, session.get_one(Run, run_id))
            except Conflict:
                assert self.state(run_id).settled

    @precondition(lambda self: self.seen)
    @rule(pick=PICK)
    def a_worker_dies_and_the_sweeper_comes(self, pick: int) -> None:
        run_id = self.run(pick)
        with db.transaction() as session:
            session.execute(LONG_AGO, {"run_id": run_id})
        sweep()
        assert row_of(run_id)[0] != RunState.RUNNING

    @invariant()
    def a_settled_run_never_moves_and_others_move_as_they_may(self) -> None:
        for run_id, before in self.seen.items():
            after = row_of(run_id)
            if before[0] != after[0]:
                assert RunState(after[0]) in MOVES.get(RunState(before[0]), set()), (before, after)
            elif RunState(before[0]).settled:
                assert before == after
            self.seen[run_id] = after

    def teardown(self) -> None:
        for run_id in self.seen:
            claimed = claim(run_id)
            if claimed:
                self.claims.append(claimed)
        for claimed in self.claims:
            try:
                reason = FailureReason.CANCELLED
                fail(claimed.run_id, claimed.worker, reason, "", Account(claimed).of_failure(reason))
            except ClaimLost:
                continue
        for run_id in self.seen:
            state, *_ = row_of(run_id)
            assert RunState(state).settled
            with db.new_session() as session:
                left = session.execute(LEFT, {"run_id": run_id}).one()
            assert left.columns == (state == RunState.SUCCEEDED)
            assert left.reports <= 1

    def run(self, pick: int) -> int:
        return list(self.seen)[pick % len(self.seen)]

    def state(self, run_id: int) -> RunState:
        return RunState(self.seen[run_id][0])


def row_of(run_id: int) -> tuple[Any, ...]:
    with db.new_session() as session:
        run = session.get_one(Run, run_id)
        return run.state, run.finished_at, run.failure_reason, run.row_count, run.worker, run.started_at


def test_every_sequence_ends_in_one_final_state(
    alice: Actor, source: Datasource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.runs.sweep.SILENT_AFTER", timedelta(milliseconds=100))
    leaving = threading.Event()
    leaving.set()
    monkeypatch.setattr("app.runs.hand_back._leaving", leaving)
    machine = type("Here", (States,), {"actor": alice, "source": source})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
