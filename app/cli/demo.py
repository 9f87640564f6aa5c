"""plumb demo"""

import click

from app.cli.connected import settings
from app.core import runtime
from app.local.demo import load_demo, load_demo_events


@click.group("demo")
def command() -> None:
    """Data to look around in: flights of 2013, a trading house, power outages."""


@command.command()
def load() -> None:
    """Load the data, datasources, queries and dashboards that are missing; what is there already stays."""
    runtime.configure(settings())
    load_demo(click.echo)


@command.command()
def events() -> None:
    """Load the demo's events alone: three sources, 25,000 events over 90 days, and their snapshots."""
    runtime.configure(settings())
    load_demo_events(click.echo)
