"""Counting the SQL statements that a piece of work sends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.core import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent inside the block."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, sql: str, *_: Any) -> None:
        sent.append(sql)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
