"""The workbench keeps what is written, and throws it away when asked."""

from flask import Blueprint, Response, flash, request
from pydantic import ConfigDict
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.queries.drafts.keep import TOLD, forget_draft, keep_draft
from app.queries.find import find_query
from app.web.forms import Body, read_form
from app.web.respond import go

bp = Blueprint("drafts", __name__, url_prefix="/queries")


class DraftForm(Body):
    model_config = ConfigDict(str_strip_whitespace=False)

    query_id: int | None = None
    based_on: int | None = None
    datasource_id: int | None = None
    name: str = ""
    sql: str = ""


@bp.post("/draft")
@guard(Role.EDITOR)
def keep(actor: Actor, session: Session) -> Response:
    data = _read()
    fields = [
        (name, text.replace("\r\n", "\n"))
        for name, text in request.form.items(multi=True)
        if name.startswith("param.") or name in TOLD
    ]
    sql = data.sql.replace("\r\n", "\n")
    keep_draft(session, actor, **data.model_dump(exclude={"sql"}), sql=sql, fields=fields)
    return Response(status=204)


@bp.post("/draft/removal")
@guard(Role.EDITOR)
def remove(actor: Actor, session: Session) -> Response:
    query_id = _read().query_id
    forget_draft(session, actor, query_id)
    flash("The draft is thrown away.", "success")
    if query_id is None:
        return go("queries.new")
    return go("queries.show", query_id=find_query(session, actor, query_id).id)


def _read() -> DraftForm:
    form = read_form(DraftForm)
    if form.data is None:
        raise Invalid(fields=form.errors)
    return form.data
