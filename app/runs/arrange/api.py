"""`/v1/runs/ID/statistics` of a column, and `/v1/runs/ID/cells/ROW/COLUMN`: one value in full."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.aside import aside
from app.core.errors import NotFound
from app.datasources.connectors.base import ColumnKind
from app.runs.arrange.asked import column_named, read_arrangement
from app.runs.arrange.statistics import describe
from app.runs.arrange.unpack import opened, unpack
from app.runs.find import find_result
from app.runs.results import columns_of, window
from app.web.api import answer_json

bp = Blueprint("arrange_api", __name__, url_prefix="/v1/runs")


@bp.get("/<int:run_id>/statistics")
@guard(Role.VIEWER)
def statistics(actor: Actor, session: Session, run_id: int) -> Response:
    run = find_result(session, actor, run_id)
    present, args = columns_of(session, run), request.args
    column = column_named(args.get("column"), args.get("position"), present)
    asked = read_arrangement("", args.get("filter", ""), args.get("search", ""), present)
    path = unpack(session, run)
    kinds = [ColumnKind(each.kind) for each in present]
    found = aside(
        lambda: describe(opened(path), column.position, kinds, asked.conditions, asked.search)
    ).result()
    named = {"name": column.name, "type": column.type, "kind": column.kind}
    return answer_json({"column": named, **found, "truncated_by": run.truncated_by})


@bp.get("/<int:run_id>/cells/<int:row>/<int:position>")
@guard(Role.VIEWER)
def cell(actor: Actor, session: Session, run_id: int, row: int, position: int) -> Response:
    """`row` and `position` count from 0, in the result as it is stored."""
    run = find_result(session, actor, run_id)
    column = next((each for each in columns_of(session, run) if each.position == position), None)
    if column is None or row >= (run.row_count or 0):
        raise NotFound(f"Run {run_id} has no cell in row {row}, column {position}, counted from 0.")
    return answer_json(
        {
            "column": {"name": column.name, "type": column.type, "kind": column.kind},
            "row": row,
            "value": window(session, run, row, 1)[0][position],
        }
    )
