"""The page on which an org's admins decide for all of its people."""

from typing import Any

from flask import Blueprint, Response, flash
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.house import WEEKDAYS
from app.accounts.models import Role
from app.admin.organisation.change import change_organisation, most_of_installation, settings_of
from app.admin.organisation.forms import OrganisationForm
from app.core import runtime
from app.core.errors import Invalid
from app.core.zones import zone_names
from app.web.forms import Form, read_form
from app.web.respond import go, page

bp = Blueprint("organisation", __name__, url_prefix="/settings/organisation")


@bp.get("")
@guard(Role.ADMIN)
def show(actor: Actor, session: Session) -> Response:
    return _page(actor, session)


@bp.post("")
@guard(Role.ADMIN)
def change(actor: Actor, session: Session) -> Response:
    form = read_form(OrganisationForm)
    try:
        if form.data:
            changed = change_organisation(session, actor, form.data.model_dump())
            said = (
                "Saved. It holds from the next page and the next run on." if changed else "All is as it was."
            )
            flash(said, "success" if changed else "info")
            return go(".show")
    except Invalid as error:
        form.errors |= error.fields
    return _page(actor, session, form, 422)


def _page(
    actor: Actor, session: Session, form: Form[OrganisationForm] | None = None, status: int = 200
) -> Response:
    stored: dict[str, Any] = settings_of(session, actor)
    stored["allowed_hosts"] = "\n".join(stored["allowed_hosts"] or [])
    return page(
        "admin/organisation/show.html",
        status,
        stored=stored,
        form=form,
        default=runtime.settings(),
        most=most_of_installation(),
        zones=zone_names(),
        weekdays=list(WEEKDAYS.items()),
    )
