"""The worker as it is deployed, but a run says in its own SQL where it dies or waits (points.py).

Each happens once for each run, so that the next worker gets past. A pause ends when the test lets go.
Nothing of this is in the product: functions are wrapped here, before the children are forked.
"""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import text

import jobs.runs
from app.core import db
from app.datasources.connectors.postgres.execute import PostgresExecution
from app.runs import execute, store
from jobs.worker import main

MARKS = Path(os.environ["PLUMB_TEST_MARKS"])
FAULT = re.compile(r"-- fault: (\w+) (kill|pause)")
SOME_BATCHES = 3

_current: dict[str, Any] = {"run_id": 0, "wish": None, "encoded": 0}


def come_to(point: str) -> None:
    """Die or wait here, if the run at hand says so and has not done it yet."""
    wish = _current["wish"]
    if wish is None or wish[0] != point:
        return
    run_id = _current["run_id"]
    try:
        (MARKS / f"{run_id}.{point}").touch(exist_ok=False)
    except FileExistsError:
        return
    if wish[1] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    while not (MARKS / f"{run_id}.go").exists():
        time.sleep(0.01)


def _executed(run_id: int) -> None:
    with db.autocommit() as connection:
        sql = connection.execute(text("select sql from runs where id = :id"), {"id": run_id}).scalar()
    found = FAULT.search(sql or "")
    _current.update(run_id=run_id, wish=found.groups() if found else None, encoded=0)
    come_to("before_claim")
    execute.execute_run(run_id)


def _then(point: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **named: Any) -> Any:
        answer = function(*args, **named)
        come_to(point)
        return answer

    return wrapped


def _first(point: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **named: Any) -> Any:
        come_to(point)
        return function(*args, **named)

    return wrapped


def _batches(self: PostgresExecution) -> Iterator[Any]:
    for number, batch in enumerate(BATCHES(self)):
        if number == SOME_BATCHES:
            come_to("mid_stream")
        yield batch


def _encode(batch: Any) -> bytes:
    _current["encoded"] += 1
    if _current["encoded"] == SOME_BATCHES:
        come_to("mid_store")
    return ENCODE(batch)


BATCHES, ENCODE = PostgresExecution.batches, store.encode

if __name__ == "__main__":
    jobs.runs.execute_run = _executed
    execute.claim = _then("after_claim", execute.claim)
    execute.hand_on = _first("after_commit", execute.hand_on)
    execute.succeed = _first("before_final", _then("before_commit", execute.succeed))
    PostgresExecution.__enter__ = _then("mid_query", PostgresExecution.__enter__)
    PostgresExecution.batches = _batches
    store.encode = _encode
    main()
