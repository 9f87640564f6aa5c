"""plumb results"""

import click

from app.accounts.create import actor_by_email
from app.cli.connected import connected, settings
from app.core import runtime
from app.runs.retention.expire import expire_results
from app.runs.retention.policy import days_of, keep_in_org

DAYS = click.IntRange(1, 36_500)


@click.group("results")
def command() -> None:
    """How long results are kept."""


@command.command()
@click.option("--email", required=True, help="an admin of the org")
@click.option("--days", type=DAYS, help="PLUMB_RESULTS_DAYS unless given")
@click.option("--newest-days", type=DAYS, help="PLUMB_RESULTS_NEWEST_DAYS unless given")
def keep(email: str, days: int | None, newest_days: int | None) -> None:
    """Say how long an org keeps its results, and the newest one of each query."""
    with connected() as session:
        actor = actor_by_email(session, email)
        found = days_of(keep_in_org(session, actor, days, newest_days))
    click.echo(
        f"{actor.org_name} keeps results for {found.holds} days,"
        f" the newest of a query for {found.newest_holds} at least."
    )


@command.command()
def expire() -> None:
    """Delete the results whose time is over, as the scheduler does each minute."""
    runtime.configure(settings())
    gone = expire_results()
    click.echo(f"{gone.runs} results expired: {gone.chunks} chunks and {gone.objects} objects are gone.")
