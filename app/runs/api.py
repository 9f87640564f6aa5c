"""`/v1/runs`: start, look, and read the rows."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request, url_for
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid, NotFound
from app.datasources.connectors.base import BoundValue, ValueKind
from app.runs.arrange.asked import read_arrangement
from app.runs.arrange.rows import find_window
from app.runs.cancel import cancel_run
from app.runs.cut import check_longest
from app.runs.find import fetch_run, find_result, find_run, find_settled, find_shown
from app.runs.freshness import tell
from app.runs.freshness.answer import Cache, answer
from app.runs.freshness.requested import FreshnessBody, Requested
from app.runs.limits import limits
from app.runs.models import Cancellation, ResultColumn, Run, Trigger
from app.runs.request import ask_query, ask_sql
from app.runs.results import LONGEST_COLUMNS, columns_of, some_columns
from app.runs.slots.place import line
from app.web.api import answer_json, integer
from app.web.forms import Body, read_json

bp = Blueprint("runs_api", __name__, url_prefix="/v1/runs")

LONGEST_WAIT_S = 30


class RunBody(Body):
    """Either SQL for a datasource, or a saved query; values by name."""

    datasource_id: int | None = None
    sql: str | None = None
    query_id: int | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    time_zone: str | None = None
    timeout_s: int | None = None
    max_rows: int | None = None
    max_bytes: int | None = None
    freshness: FreshnessBody = Field(default_factory=FreshnessBody)

    @model_validator(mode="after")
    def one_of_both(self) -> "RunBody":
        if (self.query_id is None) == (self.datasource_id is None and self.sql is None):
            raise ValueError("Send either query_id, or datasource_id with sql.")
        return self


@bp.post("")
@guard(Role.VIEWER)
def create(actor: Actor, session: Session) -> Response:
    body = read_json(RunBody)
    asked_limits = limits(actor.house, body.timeout_s, body.max_rows, body.max_bytes)
    if body.query_id is not None:
        asked = ask_query(session, actor, body.query_id, body.parameters, body.time_zone)
    else:
        missing = {n: "This is required." for n in ("datasource_id", "sql") if getattr(body, n) is None}
        if missing:
            raise Invalid("SQL needs a datasource to run on, and a datasource needs SQL.", fields=missing)
        assert body.datasource_id is not None and body.sql is not None
        asked = ask_sql(
            session, actor, body.datasource_id, body.sql, body.parameters, time_zone=body.time_zone
        )
    trigger = Trigger.API if actor.via == "token" else Trigger.PERSON
    requested = Requested(body.freshness.max_stale_ms)
    answered = answer(session, actor, asked, asked_limits, requested, trigger)
    session.commit()
    run = answered.run or find_run(session, actor, answered.run_id)
    requested_by = actor.email if answered.run else run.requester.email
    shown = as_json(run, requested_by) | {"freshness": tell.of_answer(answered), "line": line(session, run)}
    response = answer_json(shown, 200 if answered.cache is Cache.HIT else 202)
    response.headers["Location"] = url_for("runs_api.show", run_id=run.id)
    return response


@bp.get("/<int:run_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, run_id: int) -> Response:
    wait_s = _number("wait_s", 0.0, LONGEST_WAIT_S)
    run = find_settled(session, actor, run_id, wait_s, find_shown)
    shown = as_json(run, run.requester_email) | {"line": line(session, run)}
    shown["freshness"] |= tell.kept_json(session, actor, run)
    return answer_json(shown)


@bp.get("/<int:run_id>/rows")
@guard(Role.VIEWER)
def rows(actor: Actor, session: Session, run_id: int) -> Response:
    return tell_rows(actor, session, run_id)


def tell_rows(actor: Actor, session: Session, run_id: int) -> Response:
    """A window of the rows, as the address asks for it."""
    run = find_result(session, actor, run_id)
    offset, limit = integer("offset", 0), integer("limit", 100)
    longest = check_longest(integer("cell_characters", 0))
    present, args = columns_of(session, run), request.args
    arrangement = read_arrangement(
        args.get("sort", ""), args.get("filter", ""), args.get("search", ""), present
    )
    window = find_window(session, run, present, arrangement, offset, limit, longest)
    return answer_json(
        {
            "columns": [column_json(column) for column in present],
            "rows": window.found.rows,
            "cut": window.found.cut,
            "numbers": list(window.numbers) if arrangement else None,
            "offset": offset,
            "row_count": run.row_count,
            "matched_count": window.matched_count,
            "truncated_by": run.truncated_by,
        }
    )


@bp.get("/<int:run_id>/columns")
@guard(Role.VIEWER)
def columns(actor: Actor, session: Session, run_id: int) -> Response:
    return tell_columns(actor, session, run_id)


def tell_columns(actor: Actor, session: Session, run_id: int) -> Response:
    """Whole columns for a chart, as the address asks for them."""
    run = find_result(session, actor, run_id)
    limit = integer("limit", LONGEST_COLUMNS)
    found = some_columns(session, run, request.args.getlist("column"), limit)
    return answer_json(
        {
            "columns": [column_json(column) for column in found.columns],
            "values": found.values,
            "row_count": run.row_count,
            "limit": limit,
            "cut": found.cut,
            "truncated_by": run.truncated_by,
        }
    )


@bp.post("/<int:run_id>/cancellation")
@guard(Role.VIEWER)
def cancel(actor: Actor, session: Session, run_id: int) -> Response:
    run = fetch_run(session, actor, run_id)
    return answer_json(_cancellation_json(cancel_run(session, actor, run)), 202)


@bp.get("/<int:run_id>/cancellation")
@guard(Role.VIEWER)
def show_cancellation(actor: Actor, session: Session, run_id: int) -> Response:
    run = fetch_run(session, actor, run_id)
    cancellation = session.get(Cancellation, run.id)
    if cancellation is None:
        raise NotFound(f"Nobody has cancelled run {run_id}.")
    return answer_json(_cancellation_json(cancellation))


def _cancellation_json(cancellation: Cancellation) -> dict[str, Any]:
    """`sent_at`: when the database was told; `stopped_at`: when the run had stopped, null if it never did."""
    return {
        "run_id": cancellation.run_id,
        "requested_at": _time(cancellation.requested_at),
        "sent_at": _time(cancellation.sent_at),
        "stopped_at": _time(cancellation.stopped_at),
    }


def as_json(run: Run, requested_by: str) -> dict[str, Any]:
    """A run as the API shows it. Times are RFC 3339 in UTC; counts are rows and raw bytes."""
    failure = None
    if run.failure_reason:
        failure = {
            "reason": run.failure_reason,
            "message": run.failure_message,
            "position": run.failure_position,
            "hint": run.failure_hint,
        }
    return {
        "id": run.id,
        "state": run.state,
        "datasource_id": run.datasource_id,
        "query_id": run.query_id,
        "query_version": run.query_number,
        "requested_by": requested_by,
        "trigger": run.trigger,
        "sql": run.sql,
        "parameters": {name: _value(ValueKind(kind), value) for name, kind, value, _ in run.given or ()},
        "words": {name: words for name, _, _, words in run.given or () if words},
        "time_zone": run.time_zone,
        "timeout_s": run.timeout_s,
        "max_rows": run.max_rows,
        "max_bytes": run.max_bytes,
        "queued_at": _time(run.queued_at),
        "started_at": _time(run.started_at),
        "finished_at": _time(run.finished_at),
        "attempt": run.attempt,
        "row_count": run.row_count,
        "byte_count": run.byte_count,
        "truncated_by": run.truncated_by,
        "events_up_to": tell.events_json(run),
        "failure": failure,
        "freshness": tell.of_run(run),
    }


def _value(kind: ValueKind, value: str | None) -> str | list[str] | None:
    """In canonical form; an array as a list of such texts."""
    return list(BoundValue(kind, value).elements) if value is not None and kind.is_array else value


def column_json(column: ResultColumn) -> dict[str, str]:
    return {"name": column.name, "type": column.type, "kind": column.kind}


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _number(name: str, lowest: float, highest: float) -> float:
    text = request.args.get(name, "")
    try:
        value = float(text) if text else lowest
    except ValueError:
        value = float("nan")
    if not lowest <= value <= highest:
        raise Invalid(fields={name: f"Use a number of seconds from {lowest:g} to {highest:g}."})
    return value
