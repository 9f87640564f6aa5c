"""plumb up"""

import os
import sys

import click

from app.local.up import run


@click.command("up")
def command() -> None:
    """Run everything on this machine, with a private Postgres and Redis where no URLs are set."""
    sys.exit(run(os.environ))
