"""plumb user"""

import sys

import click

from app.accounts.create import actor_by_email, create_user, set_password
from app.accounts.members.account import disable_account, enable_account
from app.accounts.models import Role
from app.cli.connected import connected
from app.local.first_start import ORG


@click.group("user")
def command() -> None:
    """People who may sign in."""


@command.command()
@click.option("--email", required=True)
@click.option("--name", help="as others see it; the e-mail's first part unless given")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="viewer", show_default=True)
@click.option("--org", default=ORG, show_default=True, help="made when there is none of that name")
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
def create(email: str, name: str | None, role: str, org: str, password_stdin: bool) -> None:
    """Make a user in an org."""
    secret = _password(password_stdin)
    with connected() as session:
        actor = create_user(
            session,
            email=email,
            name=name or email.partition("@")[0],
            password=secret,
            org_name=org,
            role=Role(role),
        )
    click.echo(f"{actor.email} may sign in to {actor.org_name} as {actor.role}.")


@command.command()
@click.option("--email", required=True)
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
def password(email: str, password_stdin: bool) -> None:
    """Set a user's password, and end all of their sign-ins."""
    secret = _password(password_stdin)
    with connected() as session:
        set_password(session, actor_by_email(session, email), secret)
    click.echo(f"{email} has a new password and is signed out everywhere.")


@command.command()
@click.option("--email", required=True)
def disable(email: str) -> None:
    """Keep a person out of every org: sign-ins and tokens work no more, until enabled."""
    with connected() as session:
        disable_account(session, email)
    click.echo(f"{email} cannot come in any more.")


@command.command()
@click.option("--email", required=True)
def enable(email: str) -> None:
    """Let a person in again, wherever they are a member."""
    with connected() as session:
        enable_account(session, email)
    click.echo(f"{email} may come in again.")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
