"""plumb setup"""

import click

from app.accounts.create import nobody_yet
from app.cli.connected import connected
from app.core import runtime
from app.core.errors import Conflict
from app.setup.token import setup_path


@click.command("setup")
def command() -> None:
    """Print the link with which the first admin is made in the browser; until there is somebody."""
    with connected() as session:
        if not nobody_yet(session):
            raise Conflict("There is somebody already: `plumb user create` makes further people.")
    settings = runtime.settings()
    base = settings.public_url or f"http://localhost:{settings.port}"
    click.echo(base.rstrip("/") + setup_path(settings.secret_key))
