"""`plumb evidence`: check a result against its report."""

import sys
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.cli.connected import connected
from app.core.errors import NotFound
from app.evidence.file import Unreadable, verify_file
from app.evidence.verify import Outcome, Verdict
from app.runs.evidence.check import check
from app.runs.models import Run

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("evidence", help="Check a result against its evidence.")
def command() -> None:
    pass


@command.command("verify")
@click.argument("run", type=click.IntRange(1, 2**63 - 1), required=False)
@click.option("--result", type=FILE, help="A result in Arrow or Parquet.")
@click.option("--evidence", type=FILE, help="What GET /v1/runs/ID/evidence answered.")
def verify(run: int | None, result: Path | None, evidence: Path | None) -> None:
    """Read a stored result again, or with --result and --evidence a file, which needs no server.

    Ends with 0 when it passes, with 1 when it differs, and with 2 when nothing can be checked.
    """
    if (run is None) == (result is None) or (result is None) != (evidence is None):
        raise click.UsageError("Give the number of a run, or both --result and --evidence.")
    try:
        verdict = _of_run(run) if run is not None else verify_file(result or Path(), evidence or Path())
    except Unreadable as error:
        raise click.UsageError(str(error)) from None
    click.echo(_sentence(verdict))
    sys.exit({Outcome.PASS: 0, Outcome.DIFFERS: 1, Outcome.UNAVAILABLE: 2}[verdict.outcome])


def _of_run(run_id: int) -> Verdict:
    with connected() as session:
        run = session.scalar(
            select(Run).where(Run.id == run_id).options(joinedload(Run.datasource), selectinload(Run.values))
        )
        if run is None:
            raise NotFound(f"There is no run {run_id}.")
        return check(session, run)


def _sentence(verdict: Verdict) -> str:
    if verdict.passed:
        return "pass"
    if verdict.outcome is Outcome.UNAVAILABLE:
        return f"unavailable: {verdict.reason}"
    return f"differs: {verdict.field}\n  in the report {verdict.expected}\n  found         {verdict.found}"
