from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from app.core import db


@pytest.fixture
def count_statements():
    """`with count_statements() as seen:` collects the SQL that the application sends meanwhile."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(connection, cursor, statement, *rest) -> None:
            seen.append(statement)

        event.listen(db.engine(), "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine(), "before_cursor_execute", note)

    return counting
