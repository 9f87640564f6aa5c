"""plumb reports"""

from datetime import UTC, datetime

import click

from app import datasets
from app.cli.connected import connected
from app.core import db
from app.reporting.backfill import request_backfill, work_on_backfills
from app.reporting.diagnose import standings
from app.reporting.models import Backfill, BackfillState

WHEN = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.group("reports")
def command() -> None:
    """The facts that reports are made of."""
    datasets.offer()


@command.command()
def status() -> None:
    """What waits to become a fact, since when, and what is stuck."""
    with connected() as session:
        for each in standings(session):
            how = "read in place" if each.in_place else f"{each.waiting} waiting, {each.lag_ms} ms behind"
            more = f", {each.stuck} stuck" if each.stuck else ""
            click.echo(f"{each.dataset}: {how}{more}{', being made again' if each.backfilling else ''}")


@command.command()
@click.argument("dataset")
@click.option("--since", type=WHEN, help="Only facts from then on, in UTC.")
@click.option("--until", type=WHEN, help="Only facts before then, in UTC.")
@click.option("--org", "org_id", type=int, help="Only of the organisation with this number.")
@click.option("--missing", "missing_only", is_flag=True, help="Leave alone what is there.")
def backfill(
    dataset: str, since: datetime | None, until: datetime | None, org_id: int | None, missing_only: bool
) -> None:
    """Make the facts of DATASET again. Stopped, it goes on from where it was: here, or in a worker."""
    with connected() as session:
        spans = {"since": _utc(since), "until": _utc(until)}
        wanted = request_backfill(session, dataset, org_id=org_id, missing_only=missing_only, **spans).id
    while True:
        steps = work_on_backfills()
        with db.transaction() as session:
            row = session.get_one(Backfill, wanted)
        if row.state != BackfillState.WAITING or not steps:
            break
    click.echo(
        f"{dataset}: {row.written} facts written, {row.state}{f' ({row.error})' if row.error else ''}."
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None
