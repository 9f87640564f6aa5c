"""Tries that ask the same share a run: one that is under way, or the first that is started for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.runs.freshness.find import all_under_way
from app.runs.limits import limits
from app.runs.models import Trigger
from app.runs.start_many import Wish, start_many
from app.schedules.models import Outcome
from app.schedules.parts import Part

_Key = tuple[int, bytes]  # org and question


@dataclass(slots=True)
class Try:
    """One part of what is due. `outcome` and `run_id` are written by `join_or_start`."""

    part: Part
    due: datetime
    outcome: Outcome = Outcome.FAILED
    run_id: int | None = None


def join_or_start(session: Session, tries: Sequence[Try], trigger: Trigger) -> None:
    """A try whose part asks nothing fails. A run joined has not read the data before the due time."""
    wishes = [
        Wish(t.part.actor, t.part.asked, limits(t.part.actor.house), trigger) if t.part.asked else None
        for t in tries
    ]
    keys = [(wish.actor.org_id, wish.question) if wish else None for wish in wishes]
    moving = _under_way(session, [(t.part.actor, key) for t, key in zip(tries, keys, strict=True) if key])
    firsts: dict[_Key, tuple[Try, Wish]] = {}
    followers: list[tuple[Try, _Key]] = []
    for each, wish, key in zip(tries, wishes, keys, strict=True):
        if wish is None or key is None:
            continue
        runs = moving.get(key, ())
        each.run_id = next((run for run, read_at in runs if read_at is None or read_at >= each.due), None)
        if each.run_id is None and key not in firsts:
            firsts[key] = (each, wish)
            each.outcome = Outcome.RAN
            continue
        each.outcome = Outcome.JOINED
        if each.run_id is None:
            followers.append((each, key))
    started = start_many(session, [wish for _, wish in firsts.values()])
    for (first, _), run in zip(firsts.values(), started, strict=True):
        first.run_id = run.id
    for each, key in followers:
        each.run_id = firsts[key][0].run_id


def _under_way(
    session: Session, asking: Sequence[tuple[Actor, _Key]]
) -> dict[_Key, list[tuple[int, datetime | None]]]:
    found: dict[_Key, list[tuple[int, datetime | None]]] = {}
    for actor in dict.fromkeys(actor for actor, _ in asking):
        questions = [question for other, (_, question) in asking if other == actor]
        for question, runs in all_under_way(session, actor, questions).items():
            found[actor.org_id, question] = runs
    return found
