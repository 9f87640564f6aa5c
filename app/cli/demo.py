"""plumb demo"""

import click

from app.cli.connected import settings
from app.core import runtime
from app.local.demo import load_demo


@click.group("demo")
def command() -> None:
    """Real data to look around in: every flight from New York in 2013."""


@command.command()
def load() -> None:
    """Load the data, its datasource, three queries and their charts; what is there already stays."""
    runtime.configure(settings())
    load_demo(click.echo)
