"""What every start makes sure of: the newest schema, somebody who can sign in, and (once) the demo.

Run as a process of its own, `python -m app.local.first_start VAR`, so that the supervisor stays small: it
prints one JSON object on standard output and its progress on standard error.
"""

import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.accounts.create import create_user, nobody_yet
from app.accounts.models import Role
from app.core import db, migrate, runtime
from app.core.errors import Problem
from app.core.settings import SettingsError, load_settings
from app.datasources.connectors.postgres.decode import DECODER
from app.local.demo import load_demo, look_after_demo
from app.local.errors import LocalError, explain_os_error
from app.local.options import ADMIN_EMAIL, DEMO, DEMO_WANTED, asks_in_browser
from app.setup.token import setup_path

ORG = "Main"
_DECODERS = {
    "compiled": "the compiled module",
    "pure": "pure Python, which is slower: there was no C compiler when this was installed",
}


def prepare(var: Path, environ: Mapping[str, str], tell: Callable[[str], None]) -> dict[str, str]:
    """Migrate, make the first admin where there is no user, load the demo once.

    Without a demo, and without an e-mail for its admin, the first person is asked in the browser. Returns
    `{"email", "password"}` of an admin it made, `{"setup": path}` where somebody has to answer, else nothing.
    LocalError says what stands in the way.
    """
    settings = load_settings(environ)
    try:
        migrate.upgrade(settings.database_url)
    except OperationalError as error:
        raise LocalError(
            f"The database does not answer: {str(error.orig).strip().splitlines()[0]}."
        ) from None
    runtime.configure(settings)
    tell(f"Results are decoded by {_DECODERS[DECODER]}.")
    wanted = var / DEMO_WANTED
    made: dict[str, str] = {}
    with db.transaction() as session:
        if nobody_yet(session) and asks_in_browser(environ):
            made = {"setup": setup_path(settings.secret_key)}
        elif nobody_yet(session):
            made = _create_admin(session, ADMIN_EMAIL.read(environ))
            if DEMO.read(environ) != "0":
                wanted.touch()
    # The mark stays until the demo is whole, so that a start that was killed half-way is made good.
    if wanted.exists() and DEMO.read(environ) != "0":
        tell("Loading the demo: every flight from New York in 2013 ...")
        if _without_stopping(lambda: load_demo(tell), "The demo was left out", tell):
            wanted.unlink()
    else:
        _without_stopping(lambda: look_after_demo(tell), "The demo was not looked after", tell)
    return made


def _create_admin(session: Session, email: str) -> dict[str, str]:
    password = secrets.token_urlsafe(12)
    try:
        create_user(session, email=email, name="Admin", password=password, org_name=ORG, role=Role.ADMIN)
    except Problem as problem:
        raise LocalError(f"{ADMIN_EMAIL.name} cannot be used: {problem}") from None
    return {"email": email.strip().lower(), "password": password}


def _without_stopping(deed: Callable[[], None], failure: str, tell: Callable[[str], None]) -> bool:
    """The product works without the demo: what goes wrong with it is told, and no more."""
    try:
        deed()
    except (LocalError, Problem, psycopg.Error) as error:
        tell(f"{failure}: {error}")
        return False
    return True


def main() -> int:
    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    # Whatever else is printed belongs to the progress.
    answer = os.dup(1)
    os.dup2(2, 1)
    try:
        made = prepare(Path(sys.argv[1]), os.environ, tell)
    except (LocalError, SettingsError) as error:
        tell(str(error))
        return 1
    except OSError as error:
        tell(explain_os_error(error))
        return 1
    os.write(answer, json.dumps(made).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
