"""What a format cannot hold, in a sentence and before the first byte."""

from collections.abc import Callable, Sequence

from app.core.errors import Invalid
from app.exports.survey import Survey
from app.runs.models import ResultColumn

# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
EXCEL_ROWS = 1_048_576  # with the line of names
EXCEL_COLUMNS = 16_384
EXCEL_CHARACTERS = 32_767

INSTEAD = "Take CSV or Parquet, or choose fewer in the SQL."


def shape_for_excel(rows: int, columns: Sequence[ResultColumn]) -> None:
    """Raises Invalid for too many rows or columns."""
    if rows >= EXCEL_ROWS:
        _refuse(f"Excel holds {EXCEL_ROWS - 1:,} rows below the line of names; there are {rows:,}.")
    if len(columns) > EXCEL_COLUMNS:
        _refuse(f"Excel holds {EXCEL_COLUMNS:,} columns; this result has {len(columns):,}.")


def cells_for_excel(found: Survey, columns: Sequence[ResultColumn]) -> None:
    """Raises Invalid for a cell that is too long."""
    if found.longest > EXCEL_CHARACTERS:
        name = columns[found.longest_at].name
        most, longest = f"{EXCEL_CHARACTERS:,}", f"{found.longest:,}"
        _refuse(f"Excel holds {most} characters in a cell; a value of “{name}” has {longest}.")


def some_columns(_: int, columns: Sequence[ResultColumn]) -> None:
    """Raises Invalid for rows without columns."""
    if not columns:
        _refuse("Parquet cannot hold rows without columns.", "Take another format.")


def _refuse(why: str, instead: str = INSTEAD) -> None:
    raise Invalid(f"{why} {instead}", fields={"format": why})


Shape = Callable[[int, Sequence[ResultColumn]], None]
