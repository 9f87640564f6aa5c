"""The audit log as a page, and as a file."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.admin.audit.export import MEDIA_TYPES, export_entries
from app.admin.audit.find import NAMES, known_words, list_entries, read_filters
from app.audit.models import AuditEntry
from app.core.errors import Invalid
from app.web.api import natural
from app.web.respond import is_htmx, page

bp = Blueprint("audit", __name__, url_prefix="/settings/audit")

PAGE = 50
# Where what was changed can be looked at.
ADDRESSES = {
    "query": "/queries/{}",
    "dashboard": "/dashboards/{}",
    "datasource": "/datasources/{}",
    "run": "/runs/{}",
    "schedule": "/schedules/{}",
    "report": "/reports/{}",
    "member": "/settings/members/{}",
}


# Sorts of things that are called otherwise than in the log.
WORDS = {"api_token": "API token", "org": "Organisation", "sign_in": "Sign-in"}


@bp.get("")
@guard(Role.ADMIN)
def index(actor: Actor, session: Session) -> Response:
    given = _given()
    before, problems, entries = 0, {}, list[AuditEntry]()
    try:
        before = natural("before", 0)
        filters = read_filters(given)
        entries = list(list_entries(session, actor, filters, PAGE + 1, before or None))
    except Invalid as error:
        problems = error.fields
    more = len(entries) > PAGE
    older = url_for(".index", **given, before=entries[PAGE - 1].id) if more else None
    return page(
        "admin/audit/_list.html" if is_htmx() else "admin/audit/index.html",
        422 if problems else 200,
        entries=entries[:PAGE],
        given=given,
        problems=problems,
        older=older,
        newest=url_for(".index", **given) if before else None,
        files={format: url_for(".export", **given, format=format) for format in MEDIA_TYPES},
        addresses=ADDRESSES,
        words=WORDS,
        known={} if is_htmx() else known_words(session, actor),
    )


@bp.get("/export")
@guard(Role.ADMIN)
def export(actor: Actor, session: Session) -> Response:
    format = request.args.get("format", "csv")
    pieces = export_entries(actor, read_filters(_given()), format)
    answer = Response(pieces, content_type=MEDIA_TYPES[format])
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-log.{format}"'
    return answer


def _given() -> dict[str, Any]:
    return {name: text for name in NAMES if (text := request.args.get(name, "").strip())}
