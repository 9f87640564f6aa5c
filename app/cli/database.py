"""plumb db"""

import click

from app.cli.connected import settings
from app.core import migrate, schema


@click.group("db")
def command() -> None:
    """The schema of Plumbline's own database."""


@command.command()
def upgrade() -> None:
    """Bring it to this release's schema; does nothing where it is."""
    migrate.upgrade(settings().database_url)
    click.echo(f"The schema is at {schema.newest()}.")
