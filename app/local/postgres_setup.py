"""Making a Postgres server's data directory, and the role and database that the application uses."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from app.local.binaries import postgres_major
from app.local.errors import LocalError
from app.local.places import make_directory
from app.local.processes import Account, spawn

SUPERUSER = "postgres"
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
# Only its owner may connect to the application's database: the demo's reader, for one, may not.
_ENSURE = r"""
SELECT format('CREATE ROLE %I LOGIN CREATEDB CREATEROLE PASSWORD %L', :'role', :'password')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database", postgres FROM PUBLIC;
"""


def create_data(data: Path, bin_dir: Path, password: str, log: Path, owner: Account | None) -> bool:
    """Make the data directory whole or not at all; False, with the reason in `log`, when initdb fails."""
    unfinished = data.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    make_directory(unfinished, 0o700, owner)
    password_file = data.with_name("password.once")
    password_file.unlink(missing_ok=True)
    write_private(password_file, password, owner)
    try:
        made = _initdb(unfinished, bin_dir, password_file, log, owner)
    finally:
        password_file.unlink()
    if made:
        unfinished.rename(data)
    return made


def check_version(data: Path, bin_dir: Path) -> None:
    """LocalError when the data was made by another major version."""
    kept = (data / "PG_VERSION").read_text().strip()
    if kept != str(postgres_major(bin_dir)):
        raise LocalError(
            f"The data in {data} is of Postgres {kept}, but the server found is another version: "
            f"install version {kept}, or move that directory away to start empty."
        )


def ensure_database(bin_dir: Path, connection: Mapping[str, str], names: Mapping[str, str]) -> None:
    """Create the `role` with its `password`, and the `database`, where they are missing.

    `connection` is libpq's environment for the superuser. Everything secret goes by standard input or the
    environment, because a command line is for everybody to read.
    """
    script = "".join(f"\\set {name} '{value}'\n" for name, value in names.items()) + _ENSURE
    asked = subprocess.run(
        [bin_dir / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", "-"],
        input=script,
        env={**ENVIRONMENT, **connection},
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode != 0:
        raise LocalError(f"The private Postgres server cannot be set up: {asked.stderr.strip()}")


def write_private(path: Path, text: str, owner: Account | None = None) -> None:
    """A new file that only its owner may read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
        if owner is not None:
            os.fchown(handle, owner.uid, owner.gid)


def _initdb(data: Path, bin_dir: Path, password_file: Path, log: Path, owner: Account | None) -> bool:
    # The built-in C.UTF-8 sorts and folds case alike on every machine; older servers lack it.
    modern = (postgres_major(bin_dir) or 0) >= 17
    locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if modern else ["--no-locale"]
    command: list[str | Path] = [
        bin_dir / "initdb",
        *("-D", str(data), "-U", SUPERUSER, f"--pwfile={password_file}"),
        *("--encoding=UTF8", "--auth=scram-sha-256", *locale),
    ]
    with log.open("ab") as output:
        process = spawn(
            command,
            env=ENVIRONMENT,
            cwd=data.parent,
            output=output,
            parent_gone=signal.SIGTERM,
            run_as=owner,
        )
        return process.wait() == 0
