"""What backends that speak SQL share: a statement with numbered values, and for how long it may run."""

from functools import cache
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.dialects import postgresql

from app.core.errors import Problem
from app.reporting.backend import Explained

LONGEST_MS = 20_000


class TooSlow(Problem):
    status = 422
    code = "too_slow"
    title = "This question takes too long"

    def __init__(self, after_ms: int) -> None:
        super().__init__(f"It was stopped after {after_ms // 1000} s. Ask for fewer days or dimensions.")


def explained(language: str, statement: Select[Any]) -> Explained:
    """With `$1`, `$2` and so on for the values."""
    compiled = statement.compile(dialect=_dialect(), compile_kwargs={"render_postcompile": True})
    values = compiled.params
    return Explained(language, str(compiled), tuple(values[name] for name in compiled.positiontup or ()))


@cache
def _dialect() -> Dialect:
    return postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
