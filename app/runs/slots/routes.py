"""The panel about slots on a datasource's page."""

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.datasources.fetch import fetch_live
from app.datasources.models import Datasource
from app.runs.slots.caps import default_slots
from app.runs.slots.change import change_slots
from app.runs.slots.forms import SlotsForm
from app.runs.slots.overview import overview
from app.web.forms import Form, read_form
from app.web.respond import go, is_htmx, page

bp = Blueprint("slots", __name__)


@bp.get("/datasources/<int:datasource_id>/slots")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, datasource_id: int) -> Response:
    return _panel(session, fetch_live(session, actor, datasource_id))


@bp.post("/datasources/<int:datasource_id>/slots")
@guard(Role.ADMIN)
def change(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource = fetch_live(session, actor, datasource_id, lock=True)
    form = read_form(SlotsForm, request.form)
    try:
        if form.data:
            change_slots(session, actor, datasource, form.data.slots)
            session.commit()
            if is_htmx():
                return _panel(session, datasource)
            flash("The changes are saved.", "success")
            return go("datasources.show", datasource_id=datasource.id)
    except Invalid as error:
        form.errors |= error.fields
    return _panel(session, datasource, form, 422)


def _panel(
    session: Session, datasource: Datasource, form: Form[SlotsForm] | None = None, status: int = 200
) -> Response:
    return page(
        "runs/_slots.html" if is_htmx() else "runs/slots.html",
        status,
        datasource=datasource,
        found=overview(session, datasource),
        form=form,
        default_slots=default_slots(session, datasource.org_id),
    )
