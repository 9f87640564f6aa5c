"""plumb settings"""

import os

import click

from app.core.settings import describe
from app.local.errors import LocalError
from app.local.options import OPTIONS
from app.local.running import with_running


@click.command("settings")
def command() -> None:
    """Every setting: its name, its value here, its default, and what it is for."""
    try:
        environ = with_running(os.environ)
    except LocalError:
        environ = dict(os.environ)
    rows = describe(environ)
    listed = {name for name, *_ in rows}
    for option in OPTIONS:
        if option.name not in listed:
            rows.append((option.name, environ.get(option.name, ""), option.default, option.help))
    head = ("NAME", "VALUE", "DEFAULT", "MEANING")
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(3)]
    for name, value, default, meaning in [head, *rows]:
        click.echo(f"{name:<{widths[0]}}  {value:<{widths[1]}}  {default:<{widths[2]}}  {meaning}")
