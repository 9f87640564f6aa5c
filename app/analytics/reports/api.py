"""`/v1/reports`: the reports over snapshots. Questions in words have their own addresses below it."""

from typing import Any

import orjson
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.analytics.definitions import find_definition, list_definitions, list_windows
from app.analytics.models import AggregateWindow, ReportDefinition
from app.analytics.reports.answer import answer_report
from app.analytics.reports.ask import DEFAULT_DAYS, DEFAULT_LIMIT, LONGEST_DAYS, MOST, read_asked
from app.analytics.reports.columns import CHARTED, columnar
from app.analytics.reports.shipped import KINDS
from app.web.api import answer_json

bp = Blueprint("snapshot_reports_api", __name__, url_prefix="/v1/reports")


@bp.get("")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    windows = list_windows(session, actor.org_id)
    found = list_definitions(session, actor.org_id)
    return answer_json({"reports": [_told(each, windows) for each in found if each.slug in KINDS]})


@bp.get("/<slug>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, slug: str) -> Response:
    definition, _ = find_definition(session, actor, slug)
    return answer_json(_told(definition, list_windows(session, actor.org_id)))


@bp.get("/<slug>/run")
@guard(Role.VIEWER)
def run(actor: Actor, session: Session, slug: str) -> Response:
    definition, kind = find_definition(session, actor, slug)
    asked = read_asked(request.args, kind, definition.default_window)
    body = answer_report(session, definition, kind, asked)
    return Response(body, content_type="application/json")


@bp.get("/<slug>/columns")
@guard(Role.VIEWER)
def columns(actor: Actor, session: Session, slug: str) -> Response:
    """The same in columns of plain numbers, for a chart: up to CHARTED rows."""
    definition, kind = find_definition(session, actor, slug)
    given = {name: text for name, text in request.args.items() if name != "column"}
    asked = read_asked(given, kind, definition.default_window, most=CHARTED, limit=CHARTED)
    answer = orjson.loads(answer_report(session, definition, kind, asked))
    return answer_json(columnar(answer, request.args.getlist("column")))


def _told(definition: ReportDefinition, windows: Any) -> dict[str, Any]:
    kind = KINDS[definition.slug]
    return {
        "slug": definition.slug,
        "name": definition.name,
        "description": definition.description,
        "cache_ttl_seconds": definition.cache_ttl_seconds,
        "default_window": definition.default_window,
        "supported_filters": definition.supported_filters,
        "breakdowns": kind.breakdowns,
        "metrics": kind.metrics,
        "default_days": DEFAULT_DAYS.days,
        "longest_days": LONGEST_DAYS,
        "default_limit": DEFAULT_LIMIT,
        "highest_limit": MOST,
        "windows": [_window(each) for each in windows],
    }


def _window(window: AggregateWindow) -> dict[str, Any]:
    refreshed = window.refreshed_at
    return {
        "window": window.window,
        "retention_days": window.retention_days,
        "refresh_interval_minutes": window.refresh_interval_minutes,
        "is_default": window.is_default,
        "refreshed_at": refreshed.isoformat().replace("+00:00", "Z") if refreshed else None,
    }
