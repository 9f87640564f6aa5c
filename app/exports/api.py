"""`/v1/runs/ID/export`: the whole result as a file."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.exports.encode import encoder
from app.exports.formats import Format, format_named
from app.exports.headers import headers, tag
from app.exports.prepare import Ask, prepare
from app.exports.stream import stream

bp = Blueprint("exports_api", __name__, url_prefix="/v1/runs")

FORMULAS = ("defuse", "keep")


@bp.get("/<int:run_id>/export")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, run_id: int) -> Response:
    return download(actor, session, run_id, format_named(request.args.get("format", "csv")))


def download(actor: Actor, session: Session, run_id: int, format: Format) -> Response:
    """The file, or 304 for who has it. Raises as `prepare` does, and Invalid at `formulas`."""
    formulas = request.args.get("formulas", FORMULAS[0])
    if formulas not in FORMULAS:
        raise Invalid(fields={"formulas": f"Use {' or '.join(FORMULAS)}."})
    asked = (request.args.get(name, "") for name in ("sort", "filter", "search"))
    export = prepare(session, actor, run_id, Ask(format, formulas == "keep", *asked))
    coding = "identity" if format.compressed else _coding()
    response = Response(stream(export, encoder(coding)), headers=headers(export, coding))
    response.automatically_set_content_length = False  # it would gather the whole file to count its bytes
    response.set_etag(tag(export, coding))
    response.make_conditional(request)  # what is not asked for is not begun
    return response


def _coding() -> str:
    accepted = request.accept_encodings
    best = max(("zstd", "gzip"), key=lambda coding: accepted[coding])
    return best if accepted[best] else "identity"
