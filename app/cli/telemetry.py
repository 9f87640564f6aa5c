"""plumb telemetry"""

import click

from app.cli.connected import settings
from app.core import runtime
from app.telemetry import write
from app.telemetry.clean import clean_up


@click.group("telemetry")
def command() -> None:
    """What Plumbline recorded of itself."""


@command.command()
@click.option("--values-days", type=int, help="PLUMB_TELEMETRY_DAYS unless given")
@click.option("--events-days", type=int, help="PLUMB_EVENTS_DAYS unless given")
def clean(values_days: int | None, events_days: int | None) -> None:
    """Drop what is older than so many days."""
    runtime.configure(settings())
    gone = clean_up(values_days, events_days)
    write.shutdown()
    click.echo(f"{len(gone.partitions)} days of telemetry are gone.")
