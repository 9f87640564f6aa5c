"""plumb check"""

import sys
from collections.abc import Iterator

import click
from sqlalchemy.orm import Session

from app.admin.consistency.chunks import dangling_chunks
from app.admin.consistency.finding import Finding
from app.admin.consistency.results import bad_evidence, wrong_counts
from app.admin.consistency.secrets import closed_secrets
from app.cli.connected import connected


@click.command("check")
@click.option("--apply", is_flag=True, help="mend what can be mended")
@click.option(
    "--evidence", type=click.IntRange(0), default=1000, show_default=True, help="newest runs to verify"
)
@click.option("--all", "everything", is_flag=True, help="verify every run")
def command(apply: bool, evidence: int, everything: bool) -> None:
    """Look for chunks without a result, wrong counts, evidence that does not verify, secrets without a key.

    Changes nothing without --apply. Ends with 0 when all is well by then, else with 1.
    """
    left = mended = 0
    with connected() as session:
        for found in _all(session, None if everything else evidence, apply):
            click.echo(str(found) + ".")
            mended += found.mended is not None
            left += found.mended is None
    if not left and not mended:
        click.echo("All is well.")
    elif mended:
        click.echo(f"{mended} mended, {left} left.")
    elif not apply:
        click.echo(f"{left} found. `plumb check --apply` mends what can be mended.")
    sys.exit(1 if left else 0)


def _all(session: Session, newest: int | None, apply: bool) -> Iterator[Finding]:
    yield from dangling_chunks(session, apply=apply)
    counted = list(wrong_counts(session, apply=apply))
    yield from counted
    yield from bad_evidence(session, newest, {each.subject for each in counted}, apply=apply)
    yield from closed_secrets(session)
