"""Everything that can go wrong with an export is found here, before its first byte is sent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import orjson
import pyarrow as pa
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import Conflict
from app.evidence.envelope import envelope
from app.exports.formats import Format
from app.exports.refusals import EXCEL_CHARACTERS, cells_for_excel
from app.exports.source import Work, arranged, stored
from app.exports.survey import one_type, survey
from app.exports.writer import Content
from app.runs.arrange.asked import Arrangement, read_arrangement
from app.runs.arrange.rows import find_order
from app.runs.evidence.find import find_report
from app.runs.find import find_run
from app.runs.models import ResultColumn, Run, RunState
from app.runs.results import columns_of, some_packed
from app.runs.retention.expired import need_present


class NoRows(Conflict):
    title = "This run has nothing to export"


@dataclass(frozen=True, slots=True)
class Ask:
    """How a result is wanted; `sort`, `filters` and `search` as `read_arrangement` takes them."""

    format: Format
    keep_formulas: bool = False
    sort: str = ""
    filters: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """`content` is written in `format`, from the batches that `batches()` hands out anew at each call."""

    content: Content
    format: Format
    arrangement: Arrangement
    batches: Callable[[], Iterator[Work]]


def prepare(session: Session, actor: Actor, run_id: int, ask: Ask) -> Export:
    """The run's result, or the rows of it that are asked for, ready to be streamed.

    Raises NotFound for a stranger, NoRows, ResultExpired, StoreAway, Damaged, and Invalid for what the format
    cannot hold or for an arrangement that is impossible.
    """
    run = find_run(session, actor, run_id)
    if run.state != RunState.SUCCEEDED:
        raise NoRows(f"Run {run_id} has no rows: it is {run.state}.")
    need_present(run)
    columns = columns_of(session, run)
    arrangement = read_arrangement(ask.sort, ask.filters, ask.search, columns)
    row_count, batches = _source(session, run, columns, arrangement)
    if ask.format.shape:
        ask.format.shape(row_count, columns)
    notes = _notes(session, run, columns, arrangement) if ask.format.typed else {}
    session.commit()  # the connection is let go before another one reads
    types = _types(ask.format, run, columns, batches)
    content = Content(run, columns, types, row_count, ask.keep_formulas, bool(arrangement), notes)
    return Export(content, ask.format, arrangement, batches)


def _source(
    session: Session, run: Run, columns: Sequence[ResultColumn], arrangement: Arrangement
) -> tuple[int, Callable[[], Iterator[Work]]]:
    """How many rows there are, and where they come from; the store has answered."""
    if arrangement:
        unpacked, order = find_order(session, run, columns, arrangement)
        return len(order), partial(arranged, unpacked, order)
    some_packed(session, run.id, 0)
    row_count = run.row_count or 0
    return row_count, partial(stored, run.id, row_count)


def _types(
    format: Format, run: Run, columns: Sequence[ResultColumn], batches: Callable[[], Iterator[Work]]
) -> list[pa.DataType]:
    """Of each column over all rows, where the format must know them. Raises Invalid for a cell too long."""
    measure = format.for_excel and 2 * (run.byte_count or 0) > EXCEL_CHARACTERS
    if not (format.typed or measure):
        return []
    found = survey(batches(), columns, measure=measure)
    if measure:
        cells_for_excel(found, columns)
    return [one_type(column, types) for column, types in zip(columns, found.types, strict=True)]


def _notes(
    session: Session, run: Run, columns: Sequence[ResultColumn], arrangement: Arrangement
) -> dict[str, str]:
    """A selection carries no evidence: that is of the whole result."""
    notes = {"run": str(run.id)}
    if run.truncated_by:
        notes["truncated_by"] = run.truncated_by
    if arrangement:
        return notes | {"selection": "true"}
    evidence = envelope(find_report(session, run), columns, run.row_count)
    return notes | {"evidence": orjson.dumps(evidence).decode()}
