"""Everything that can go wrong with an export is found here, before its first byte is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import pyarrow as pa
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import Conflict
from app.evidence.envelope import envelope
from app.exports.formats import Format
from app.exports.refusals import EXCEL_CHARACTERS, cells_for_excel
from app.exports.survey import one_type, survey
from app.exports.writer import Content
from app.runs.evidence.find import find_report
from app.runs.find import find_run
from app.runs.models import ResultColumn, Run, RunState
from app.runs.results import columns_of, some_packed
from app.runs.retention.expired import need_present


class NoRows(Conflict):
    title = "This run has nothing to export"


@dataclass(frozen=True, slots=True)
class Export:
    """`content` is written in `format`."""

    content: Content
    format: Format


def prepare(
    session: Session, actor: Actor, run_id: int, format: Format, *, keep_formulas: bool = False
) -> Export:
    """The run's result, ready to be streamed.

    Raises NotFound for a stranger, NoRows, ResultExpired, StoreAway, Damaged, and
    Invalid for what the format cannot hold.
    """
    run = find_run(session, actor, run_id)
    if run.state != RunState.SUCCEEDED:
        raise NoRows(f"Run {run_id} has no rows: it is {run.state}.")
    need_present(run)
    columns = columns_of(session, run)
    if format.shape:
        format.shape(run, columns)
    if format.for_excel and 2 * (run.byte_count or 0) > EXCEL_CHARACTERS:
        cells_for_excel(survey(session, run, columns, measure=True), columns)
    if not format.typed:
        some_packed(session, run.id, 0)  # whether the store answers
        return Export(Content(run, columns, (), keep_formulas), format)
    types, notes = _types(session, run, columns), _notes(session, run, columns)
    return Export(Content(run, columns, types, notes=notes), format)


def _types(session: Session, run: Run, columns: Sequence[ResultColumn]) -> list[pa.DataType]:
    types = survey(session, run, columns, measure=False).types
    return [one_type(column, found) for column, found in zip(columns, types, strict=True)]


def _notes(session: Session, run: Run, columns: Sequence[ResultColumn]) -> dict[str, str]:
    notes = {"run": str(run.id)}
    if run.truncated_by:
        notes["truncated_by"] = run.truncated_by
    evidence = envelope(find_report(session, run), columns, run.row_count)
    return notes | {"evidence": orjson.dumps(evidence).decode()}
