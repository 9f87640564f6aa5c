"""plumb worker"""

import sys

import click
import redis

from app.cli.connected import settings
from app.core import runtime
from app.runs.slots import beats


@click.group("worker")
def command() -> None:
    """The workers of this installation."""


@command.command()
def healthcheck() -> None:
    """Ends with 0 when a worker of this machine is there, else with 1: for whoever restarts containers."""
    runtime.configure(settings())
    try:
        well = beats.beats_here()
    except redis.RedisError as error:
        click.echo(f"Redis does not answer, so that nobody can say: {error}", err=True)
        sys.exit(1)
    click.echo(
        "A worker of this machine beats." if well else "No worker of this machine beats.", err=not well
    )
    sys.exit(0 if well else 1)


@command.command()
@click.argument("name")
def drain(name: str) -> None:
    """Have a worker (host:number, as the operator's page names it) take nothing new."""
    _wish(beats.drain, name, "takes nothing new and finishes what it runs")


@command.command()
@click.argument("name")
def resume(name: str) -> None:
    """Let a worker that was drained take work again."""
    _wish(beats.resume, name, "takes work again")


def _wish(wish: "beats.Wish", name: str, what: str) -> None:
    runtime.configure(settings())
    if not wish(name):
        names = ", ".join(each.name for each in beats.workers()) or "none"
        raise click.UsageError(f"There is no worker {name}. There are: {names}.")
    click.echo(f"Worker {name} {what}.")
