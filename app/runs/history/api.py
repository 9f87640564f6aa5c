"""`GET /v1/runs`: the runs of the org, of a query or of a datasource."""

from typing import Any

import orjson
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.runs.history.cursor import read_cursor
from app.runs.history.filters import NAMES, given_filters, read_filters
from app.runs.history.find import LONGEST_PAGE, list_runs
from app.runs.history.lines import line, time_text

bp = Blueprint("run_history_api", __name__, url_prefix="/v1/runs")

DEFAULT_LIMIT = 100
KNOWN = {*NAMES, "limit", "cursor"}


@bp.get("")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    if unknown := sorted(set(request.args) - KNOWN):
        said = f"A list of runs knows {', '.join(sorted(KNOWN))}."
        raise Invalid(said, fields=dict.fromkeys(unknown, said))
    filters = read_filters(given_filters(request.args.to_dict(flat=False)))
    cursor = read_cursor(request.args.get("cursor", ""))
    listing = list_runs(session, actor, filters, cursor, _limit())
    body = {
        "runs": [line(row).as_json() for row in listing.rows],
        "newer": str(listing.newer) if listing.newer else None,
        "older": str(listing.older) if listing.older else None,
        "searched_to": time_text(listing.searched_to),
    }
    return _json(body)


def _limit() -> int:
    text = request.args.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= LONGEST_PAGE):
        said = f"Ask for 1 to {LONGEST_PAGE:,} runs."
        raise Invalid(said, fields={"limit": said})
    return int(text)


def _json(body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), content_type="application/json")
