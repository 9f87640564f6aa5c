"""How the facts stand, for admins."""

from flask import Blueprint, Response, flash, jsonify
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.audit.record import record
from app.reporting.backfill import request_backfill
from app.reporting.diagnose import backfills, standings, stuck_rows, try_again
from app.web.respond import go, page

bp = Blueprint("reporting", __name__)


@bp.get("/reports/facts")
@guard(Role.ADMIN)
def diagnostics(actor: Actor, session: Session) -> Response:
    return page(
        "reporting/diagnostics.html",
        standings=standings(session, actor.org_id),
        stuck=stuck_rows(session, actor.org_id),
        backfills=backfills(session, actor.org_id),
    )


@bp.post("/reports/facts/tries")
@guard(Role.ADMIN)
def retry(actor: Actor, session: Session) -> Response:
    """Whatever waits for its next try gets it now."""
    count = try_again(session, actor.org_id)
    flash(f"Tried again now: {count}." if count else "Nothing waits for another try.", "success")
    return go("reporting.diagnostics")


@bp.post("/reports/facts/<dataset>/backfills")
@guard(Role.ADMIN)
def make_again(actor: Actor, session: Session, dataset: str) -> Response:
    """Of this organisation alone."""
    backfill = request_backfill(session, dataset, org_id=actor.org_id)
    record(session, actor, "backfill.requested", backfill.id, dataset=dataset)
    flash(f"The facts of {dataset.replace('_', ' ')} are being made again.", "success")
    return go("reporting.diagnostics")


@bp.get("/v1/reports/facts")
@guard(Role.ADMIN)
def diagnostics_json(actor: Actor, session: Session) -> Response:
    return jsonify(
        datasets=[
            {
                "dataset": each.dataset,
                "in_place": each.in_place,
                "waiting": each.waiting,
                "lag_ms": each.lag_ms,
                "stuck": each.stuck,
                "backfilling": each.backfilling,
            }
            for each in standings(session, actor.org_id)
        ]
    )
