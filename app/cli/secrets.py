"""plumb secrets"""

import sys

import click

from app.admin.secrets.rotate import CannotRotate, rotate_secrets
from app.cli.connected import connected


@click.group("secrets")
def command() -> None:
    """The keys under which credentials are sealed."""


@command.command()
def key() -> None:
    """Print a new key."""
    from cryptography.fernet import Fernet

    click.echo(Fernet.generate_key().decode())


@command.command()
def rotate() -> None:
    """Seal every secret under the first key of PLUMB_SECRETS_KEYS, while the system runs.

    Ends with 1, and has changed nothing, when one of them cannot be opened with the keys that are set.
    """
    try:
        with connected() as session:
            resealed, all_of_them = rotate_secrets(session)
    except CannotRotate as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
    if resealed:
        click.echo(f"{resealed} of {all_of_them} secrets are sealed under the newest key now.")
    else:
        click.echo(f"All {all_of_them} secrets are sealed under the newest key already.")
