"""`/metrics` for Prometheus, behind a token of its own."""

import hmac

from flask import Blueprint, Response, request

from app.admin.metrics.expose import CONTENT_TYPE, exposition
from app.core import db, runtime
from app.core.errors import NotFound, Unauthorized

bp = Blueprint("metrics", __name__)


@bp.get("/metrics")
def show() -> Response:
    """Not there unless PLUMB_METRICS_TOKEN is set."""
    wanted = runtime.settings().metrics_token
    if not wanted:
        raise NotFound("Set PLUMB_METRICS_TOKEN to open /metrics.")
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), wanted.encode()):
        raise Unauthorized("Send Authorization: Bearer with the token of PLUMB_METRICS_TOKEN.")
    with db.reading_session() as session:
        return Response(exposition(session), content_type=CONTENT_TYPE)
