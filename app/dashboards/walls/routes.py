"""Pages about a dashboard's wall links: those that work, a new one, and the end of one."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, request, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid, NotFound
from app.core.zones import zone_names
from app.dashboards.find import find_dashboard
from app.dashboards.models import Dashboard
from app.dashboards.targets import INTERVALS
from app.dashboards.walls.tokens import create_wall, live_walls, revoke_wall
from app.dashboards.walls.view import THEMES, read_view
from app.queries.address import PREFIX
from app.web.forms import Form
from app.web.respond import go, page

bp = Blueprint("walls", __name__)


@bp.get("/dashboards/<int:dashboard_id>/walls")
@guard(Role.EDITOR)
def index(actor: Actor, session: Session, dashboard_id: int) -> Response:
    """The values of the address are those that a new link will have."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    return _page(session, dashboard, Form[Any](), values_in(request.args.to_dict(flat=False)))


@bp.post("/dashboards/<int:dashboard_id>/walls")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session, dashboard_id: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id)
    fields = {name: request.form.get(name, "") for name in ("name", "wall", "page", "theme", "zone")}
    values = request.form.get("values", "")
    try:
        view = read_view(fields)
        assert view is not None
        _, token = create_wall(session, actor, dashboard, fields["name"], values)
    except Invalid as error:
        return _page(session, dashboard, Form[Any](fields, error.fields), values, status=422)
    address = url_for("wall_screens.show", token=token, _external=True, **view.address)
    return _page(session, dashboard, Form[Any](), values, made=address)


@bp.post("/dashboards/<int:dashboard_id>/walls/<int:wall_id>/revocation")
@guard(Role.EDITOR)
def revoke(actor: Actor, session: Session, dashboard_id: int, wall_id: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id)
    if not revoke_wall(session, actor, dashboard, wall_id):
        raise NotFound(f"{dashboard.name} has no link {wall_id} that works.")
    flash("The link is revoked: its screen shows nothing new from now on.", "success")
    return go("walls.index", dashboard_id=dashboard.id)


def values_in(arguments: dict[str, list[str]]) -> str:
    """The dashboard's values of an address, as an address again."""
    return urlencode({name: said for name, said in arguments.items() if name.startswith(PREFIX)}, doseq=True)


def _page(
    session: Session,
    dashboard: Dashboard,
    form: Form[Any],
    values: str,
    made: str | None = None,
    status: int = 200,
) -> Response:
    return page(
        "dashboards/walls/index.html",
        status,
        dashboard=dashboard,
        walls=live_walls(session, dashboard),
        form=form,
        values=values,
        made=made,
        intervals=INTERVALS,
        themes=THEMES,
        zones=zone_names(),
    )
