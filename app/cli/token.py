"""plumb token"""

import click

from app.accounts.create import actor_by_email
from app.accounts.tokens import create_token
from app.cli.connected import connected


@click.group("token")
def command() -> None:
    """API tokens."""


@command.command()
@click.option("--email", required=True, help="whose token it is")
@click.option("--name", default="command line", show_default=True, help="what it is for")
def create(email: str, name: str) -> None:
    """Make a token that may do what its owner may, and print it: this once."""
    with connected() as session:
        token = create_token(session, actor_by_email(session, email), name)
    click.echo(token)
