"""Pages of the reports over snapshots: all of them, and each with its controls, chart and table."""

from collections.abc import Sequence
from typing import Any

import orjson
from flask import Blueprint, Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.analytics.definitions import find_definition, list_definitions, list_windows
from app.analytics.models import RecomputeRun, ReportDefinition
from app.analytics.recompute.find import latest_completed
from app.analytics.reports.answer import answer_report
from app.analytics.reports.ask import read_asked
from app.analytics.reports.kind import Asked, ReportKind
from app.analytics.reports.picture import picture
from app.analytics.reports.read import known_values
from app.analytics.reports.shipped import KINDS
from app.analytics.sources.find import list_sources
from app.core.errors import Invalid
from app.web.respond import is_htmx, page, pushed

bp = Blueprint("snapshot_reports", __name__, url_prefix="/events")

TOKENS = ("window", "date_from", "date_to", "breakdown", "source", "status")


@bp.get("")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    found = [each for each in list_definitions(session, actor.org_id) if each.slug in KINDS]
    return page(
        "analytics/reports/index.html",
        reports=found,
        latest=latest_completed(session, actor),
        windows=list_windows(session, actor.org_id),
        sources=list_sources(session, actor),
    )


@bp.get("/reports/<slug>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, slug: str) -> Response:
    definition, kind = find_definition(session, actor, slug)
    context: dict[str, Any] = {"definition": definition, "kind": kind, "problems": {}, "answer": None}
    try:
        asked = read_asked(request.args, kind, definition.default_window)
        context |= _answered(session, definition, kind, asked)
    except Invalid as error:
        context["problems"] = error.fields
        context["chosen"] = {name: request.args.get(name, "") for name in TOKENS}
    if is_htmx() and not context["problems"]:
        return pushed("analytics/reports/_answer.html", _here(slug), **context)
    context["choices"] = _choices(session, actor, kind)
    status = 422 if context["problems"] else 200
    return page(f"analytics/reports/{'_answer' if is_htmx() else 'show'}.html", status, **context)


def _answered(
    session: Session, definition: ReportDefinition, kind: ReportKind, asked: Asked
) -> dict[str, Any]:
    answer = orjson.loads(answer_report(session, definition, kind, asked))
    chart, options = picture(kind, asked)
    chosen = {
        "window": asked.window,
        "date_from": str(asked.date_from),
        "date_to": str(asked.date_to),
        "breakdown": asked.breakdown or "",
        **dict(asked.filters),
    }
    said: dict[str, Any] = {name: text for name, text in chosen.items() if text}
    beyond = asked.offset + answer["row_count"]
    return {
        "answer": answer,
        "chosen": chosen,
        "chart": chart,
        "options": options,
        "chart_url": url_for("snapshot_reports_api.columns", slug=kind.slug, **said),
        "maker": session.get(RecomputeRun, answer["newest_run_id"]) if answer["newest_run_id"] else None,
        "earlier_url": _page(kind.slug, said, asked, asked.offset - asked.limit) if asked.offset else None,
        "later_url": _page(kind.slug, said, asked, beyond) if beyond < answer["total_count"] else None,
    }


def _page(slug: str, said: dict[str, Any], asked: Asked, offset: int) -> str:
    return url_for(".show", slug=slug, **said, limit=asked.limit, offset=max(offset, 0) or None)


def _here(slug: str) -> str:
    said: dict[str, Any] = {name: text for name, text in request.args.items() if text}
    return url_for(".show", slug=slug, **said)


def _choices(session: Session, actor: Actor, kind: ReportKind) -> dict[str, Sequence[str]]:
    """What a filter may be set to, where that is known."""
    if "source" in kind.filters:
        return {"source": [source.slug for source in list_sources(session, actor)]}
    if "status" in kind.filters:
        report = select(ReportDefinition.id).where(
            ReportDefinition.org_id == actor.org_id, ReportDefinition.slug == kind.slug
        )
        return {"status": known_values(session, session.scalars(report).one(), "status")}
    return {}
