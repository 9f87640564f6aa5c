"""`/v1/audit-entries`: who did what to what, for admins."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.admin.audit.export import MEDIA_TYPES, export_entries, told
from app.admin.audit.find import LONGEST_PAGE, list_entries, read_filters
from app.core.errors import Invalid
from app.web.api import answer_json

bp = Blueprint("audit_api", __name__, url_prefix="/v1/audit-entries")

DEFAULT_LIMIT = 100


@bp.get("")
@guard(Role.ADMIN)
def index(actor: Actor, session: Session) -> Response:
    """`older` is what the next page is asked with as `before`; null on the last one."""
    limit = _number("limit", DEFAULT_LIMIT, LONGEST_PAGE)
    before = _number("before", 0, 2**62) or None
    entries = list_entries(session, actor, read_filters(request.args), limit + 1, before)
    older = entries[limit - 1].id if len(entries) > limit else None
    return answer_json({"audit_entries": [told(entry) for entry in entries[:limit]], "older": older})


@bp.get("/export")
@guard(Role.ADMIN)
def export(actor: Actor, session: Session) -> Response:
    """All that fit, as they are: `format` is csv or ndjson."""
    given = request.args.to_dict()
    format = given.pop("format", "ndjson")
    return Response(export_entries(actor, read_filters(given), format), content_type=MEDIA_TYPES[format])


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= most:
        return int(text)
    sentence = f"Use a whole number from 1 to {most:,}."
    raise Invalid(sentence, fields={name: sentence})
