"""What a comparison says as things stand: from the rows of both runs, their reports, and their values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import NotFound
from app.runs.compare.explain import Cause, causes
from app.runs.compare.models import Comparison
from app.runs.compare.work_out import want_values_compared
from app.runs.evidence.find import find_report
from app.runs.find import find_run
from app.runs.models import ResultColumn, Run, RunState
from app.runs.results import columns_of


class Stage(StrEnum):
    """`running`: the second run moves. `comparing`: a worker reads the values of both."""

    RUNNING = "running"
    COMPARING = "comparing"
    DONE = "done"


class Outcome(StrEnum):
    SAME = "same"
    REORDERED = "reordered"
    DIFFERENT = "different"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class HeadChange:
    """A column whose name or type is not the same; None where a result has no such column."""

    position: int
    one: ResultColumn | None
    other: ResultColumn | None


@dataclass(frozen=True, slots=True)
class Told:
    """`reason` says why nothing, or no more, can be said. `details` once the values were compared.

    `bodies` are those of both reports, once both are settled.
    """

    run: Run
    other: Run
    stage: Stage
    outcome: Outcome | None = None
    reason: str | None = None
    head_changes: Sequence[HeadChange] = ()
    columns: Sequence[ResultColumn] = ()
    details: Comparison | None = None
    causes: Sequence[Cause] = ()
    bodies: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    @property
    def moving(self) -> bool:
        return self.stage is not Stage.DONE

    @property
    def differing_columns(self) -> list[str]:
        """Names of the columns with values that differ."""
        positions = self.details.differing_columns or [] if self.details else []
        return [self.columns[position].name for position in positions]


def find_comparison(session: Session, actor: Actor, run_id: int, other_id: int) -> Comparison:
    """Raises NotFound for a stranger, and for two runs that nobody asked to compare."""
    known = run_id < 2**63 and other_id < 2**63
    found = session.get(Comparison, (run_id, other_id), populate_existing=True) if known else None
    if found is None or found.org_id != actor.org_id:
        raise NotFound(f"Nobody has asked to compare run {run_id} with run {other_id}.")
    return found


def tell(session: Session, actor: Actor, comparison: Comparison) -> Told:
    """As far as it is known; what is missing is asked of a worker."""
    one = find_run(session, actor, comparison.run_id)
    two = find_run(session, actor, comparison.other_id)
    if not RunState(two.state).settled:
        return Told(one, two, Stage.RUNNING)
    bodies = [json.loads(find_report(session, run).body) for run in (one, two)]

    def done(outcome: Outcome, reason: str | None = None, **more: Any) -> Told:
        found = () if outcome in (Outcome.SAME, Outcome.UNAVAILABLE) else causes(one, two, *bodies)
        return Told(one, two, Stage.DONE, outcome, reason, causes=found, bodies=bodies, **more)

    if reason := _not_comparable(one, two, bodies):
        return done(Outcome.UNAVAILABLE, reason)
    if bodies[0]["output_hash"] == bodies[1]["output_hash"]:
        return done(Outcome.SAME)
    columns, others = columns_of(session, one), columns_of(session, two)
    if changes := _head_changes(columns, others):
        return done(Outcome.DIFFERENT, head_changes=changes)
    if comparison.compared_at is None:
        want_values_compared(comparison)
        return Told(one, two, Stage.COMPARING, bodies=bodies)
    if comparison.problem is not None:
        return done(
            Outcome.DIFFERENT, f"Their hashes differ, but the values cannot be compared: {comparison.problem}"
        )
    outcome = Outcome.REORDERED if comparison.reordered else Outcome.DIFFERENT
    return done(outcome, columns=columns, details=comparison)


def _not_comparable(one: Run, two: Run, bodies: Sequence[Mapping[str, Any]]) -> str | None:
    without = [run for run in (one, two) if run.state != RunState.SUCCEEDED]
    if without:
        return " ".join(
            f"Run {run.id} has no result: it is {run.state.replace('_', ' ')}." for run in without
        )
    if one.truncated_by != two.truncated_by:
        said = [
            f"was cut at its limit of {run.truncated_by}" if run.truncated_by else "is whole"
            for run in (one, two)
        ]
        return f"One is only a beginning: run {one.id} {said[0]}, run {two.id} {said[1]}."
    unhashed = [run.id for run, body in zip((one, two), bodies, strict=True) if body["output_hash"] is None]
    return f"Run {unhashed[0]} has no hash of its result." if unhashed else None


def _head_changes(ones: Sequence[ResultColumn], others: Sequence[ResultColumn]) -> list[HeadChange]:
    pairs = enumerate(zip_longest(ones, others))
    return [
        HeadChange(position, one, other)
        for position, (one, other) in pairs
        if one is None or other is None or (one.name, one.type) != (other.name, other.type)
    ]
