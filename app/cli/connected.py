"""How a command reaches the database: by the environment, else by what runs in this checkout."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.core import db, runtime
from app.core.settings import Settings, load_settings
from app.local.running import with_running


def settings() -> Settings:
    """The settings of the environment, completed from a running `plumb up`. LocalError, SettingsError."""
    # A command's output is its answer: only warnings are worth a line beside it.
    return load_settings({"LOG_LEVEL": "warning", **with_running(os.environ)})


@contextmanager
def connected() -> Iterator[Session]:
    """One transaction, committed when the command ends well."""
    runtime.configure(settings())
    with db.transaction() as session:
        yield session
