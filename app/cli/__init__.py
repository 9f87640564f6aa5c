"""`plumb`, the command line."""

import sys
from importlib import import_module

import click

_COMMANDS = {
    "up": "app.cli.up",
    "check": "app.cli.check",
    "db": "app.cli.database",
    "demo": "app.cli.demo",
    "evidence": "app.cli.evidence",
    "reports": "app.cli.reports",
    "results": "app.cli.results",
    "secrets": "app.cli.secrets",
    "settings": "app.cli.settings",
    "setup": "app.cli.setup",
    "telemetry": "app.cli.telemetry",
    "token": "app.cli.token",
    "user": "app.cli.user",
    "worker": "app.cli.worker",
}


class _Lazy(click.Group):
    """Imports a command's module only when it is asked for: `plumb up` lives long and shall stay small."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        found: click.Command = import_module(_COMMANDS[cmd_name]).command
        return found


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def plumb() -> None:
    """Plumbline: connect a database, write SQL with parameters, see it, and prove it."""


def main() -> None:
    """The entry point: whatever goes wrong outside of our control is said in one sentence."""
    try:
        plumb()
    except Exception as error:
        # Only now: what the explanation knows about is large, and `plumb up` stays in memory.
        problem = import_module("app.cli.explain").explain(error)
        if problem is None:
            raise
        click.echo(problem, err=True)
        sys.exit(1)
