"""Pages that make and change dashboards."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.clock import now
from app.core.errors import Invalid
from app.dashboards.additions.add import USUAL_TARGET_MS
from app.dashboards.check import refresh_problems
from app.dashboards.editing.forms import BoardForm, read_board
from app.dashboards.find import (
    drawable,
    find_dashboard,
    newest_version,
    parameters_of,
)
from app.dashboards.layout import size_of
from app.dashboards.markdown import as_html
from app.dashboards.models import Dashboard, Tile
from app.dashboards.reported.choose import choosable, told
from app.dashboards.save import create_dashboard, duplicate_dashboard, save_version, tile_as_sent
from app.dashboards.show import show_board
from app.dashboards.targets import INTERVALS, TARGETS, moment_of, target_words
from app.queries.parameters import ParameterKind
from app.reports.find import find_report
from app.saved.names import name_problems
from app.saved.versions import Overtaken
from app.visualizations.find import find_visualization
from app.visualizations.kinds.registry import kinds
from app.web.forms import Form
from app.web.respond import go, page

bp = Blueprint("dashboard_editing", __name__)


@bp.get("/dashboards/new")
@guard(Role.EDITOR)
def new(actor: Actor, session: Session) -> Response:
    return page("dashboards/editing/new.html", form=Form[Any]())


@bp.post("/dashboards")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    fields = {name: request.form.get(name, "") for name in ("name", "description")}
    try:
        name, description = fields["name"], fields["description"]
        dashboard = create_dashboard(session, actor, name=name, description=description)
    except Invalid as error:
        form = Form[Any](values=fields, errors=error.fields)
        return page("dashboards/editing/new.html", 422, form=form)
    return go("dashboard_editing.edit", dashboard_id=dashboard.id)


@bp.get("/dashboards/<int:dashboard_id>/edit")
@guard(Role.EDITOR)
def edit(actor: Actor, session: Session, dashboard_id: int) -> Response:
    return _edit(actor, session, find_dashboard(session, actor, dashboard_id))


@bp.post("/dashboards/<int:dashboard_id>")
@guard(Role.EDITOR)
def update(actor: Actor, session: Session, dashboard_id: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id, lock=True)
    form, overtaken = read_board(request.form), None
    named = {name: form.values[name] for name in ("name", "description")}
    form.errors |= name_problems("dashboard", named["name"].strip(), named["description"].strip())
    form.errors |= refresh_problems(form.refresh_s)
    try:
        if not form.errors:
            save_version(
                session,
                actor,
                dashboard,
                **named,
                refresh_s=form.refresh_s,
                tiles=form.tiles,
                based_on=form.based_on,
            )
            flash(f"Version {dashboard.latest} is saved.", "success")
            return go("dashboards.show", dashboard_id=dashboard.id)
    except Overtaken as error:
        overtaken = error
    except Invalid as error:
        form.errors |= error.fields
    return _edit(actor, session, dashboard, form, overtaken)


@bp.post("/dashboards/<int:dashboard_id>/duplicate")
@guard(Role.EDITOR)
def duplicate(actor: Actor, session: Session, dashboard_id: int) -> Response:
    made = duplicate_dashboard(session, actor, find_dashboard(session, actor, dashboard_id))
    flash(f"{made.name} is yours to change.", "success")
    return go("dashboard_editing.edit", dashboard_id=made.id)


@bp.get("/dashboards/tiles/new")
@guard(Role.EDITOR)
def new_tile(actor: Actor, session: Session) -> Response:
    """What a tile that is not saved yet will show: the body of a `visualization` or a `report`."""
    tile = Tile(number=0, kind="visualization", title="", bindings=[])
    report = request.args.get("report", type=int)
    if report:
        tile.kind, tile.report_id = "report", find_report(session, actor, report).id
    else:
        chosen = request.args.get("visualization", 0, type=int)
        tile.visualization_id = find_visualization(session, actor, chosen)[0].id
    board = show_board(session, actor, [tile], {}, moment_of(now()))
    return page("dashboards/_body.html", shown=board.tiles[0], board=board, editing=True)


def _edit(
    actor: Actor,
    session: Session,
    dashboard: Dashboard,
    form: BoardForm | None = None,
    overtaken: Overtaken | None = None,
) -> Response:
    """The page with what is stored, or with what was sent and could not be saved."""
    version = newest_version(session, dashboard)
    board = show_board(session, actor, version.tiles, {}, moment_of(now()))
    values = _values(dashboard, version.tiles)
    if form:
        values |= form.values | {"tiles": form.sent if form.sent is not None else values["tiles"]}
    status = 409 if overtaken else 422 if form else 200
    return page(
        "dashboards/editing/edit.html",
        status,
        dashboard=dashboard,
        version=version,
        board=board,
        editing=True,
        values=values,
        errors=form.errors if form else {},
        overtaken=overtaken,
        as_html=as_html,
        charts=_charts(session, actor, drawable(session, actor)),
        reports=[
            {"id": row.id, "name": row.name, "says": told(row), "size": size_of(row.chart)}
            for row in choosable(session, actor)
        ],
        targets=[{"ms": ms, "words": target_words(ms)} for ms in TARGETS],
        intervals=INTERVALS,
        usual_target=USUAL_TARGET_MS,
    )


def _values(dashboard: Dashboard, tiles: Sequence[Tile]) -> dict[str, Any]:
    return {
        "name": dashboard.name,
        "description": dashboard.description,
        "refresh_s": dashboard.refresh_s,
        "based_on": dashboard.latest,
        "tiles": [tile_as_sent(tile).model_dump() for tile in tiles],
    }


def _charts(session: Session, actor: Actor, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """What can be put on a tile, as the island lists it."""
    known, parameters = kinds(), parameters_of(session, {row.query_id for row in rows})
    return [
        {
            "id": row.id,
            "name": row.name,
            "query": row.query_name,
            "kind": known[row.kind].label if row.kind in known else row.kind,
            "size": size_of(row.kind),
            "parameters": [
                {
                    "name": each.name,
                    "label": each.label,
                    "kind": each.kind,
                    "says": ParameterKind(each.kind).label,
                }
                for each in parameters.get(row.query_id, ())
            ],
        }
        for row in rows
    ]
