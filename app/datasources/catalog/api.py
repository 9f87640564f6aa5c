"""`/v1/datasources/{id}/catalog` and `/completions`: what a datasource holds, for scripts and the editor."""

from flask import Blueprint, Response, request
from pydantic import ConfigDict
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.datasources.catalog.complete import complete
from app.datasources.catalog.find import catalog_of, columns_by_number, search, search_columns
from app.datasources.catalog.refresh import ask_refresh
from app.datasources.fetch import fetch_live
from app.web.api import answer_json
from app.web.forms import Body, read_json

bp = Blueprint("catalogs_api", __name__, url_prefix="/v1/datasources")


class PlaceBody(Body):
    """A place in SQL: after so many characters (code points)."""

    model_config = ConfigDict(str_strip_whitespace=False)

    sql: str
    offset: int


@bp.get("/<int:datasource_id>/catalog")
@guard(Role.EDITOR)
def show(actor: Actor, session: Session, datasource_id: int) -> Response:
    """How the reading stands, the relations that `q` finds, with their columns, and the columns it finds."""
    datasource = fetch_live(session, actor, datasource_id)
    catalog, words = catalog_of(session, datasource.id), request.args.get("q", "")
    found = search(session, datasource.id, words)
    columns = columns_by_number(session, found.relations)
    relations = [
        {
            "schema": each.schema,
            "name": each.name,
            "kind": each.kind,
            "comment": each.comment,
            "row_estimate": each.row_estimate,
            "columns": [column._asdict() for column in columns[each.number]],
        }
        for each in found.relations
    ]
    refreshed = catalog.refreshed_at.isoformat() if catalog and catalog.refreshed_at else None
    return answer_json(
        {
            "state": catalog.state if catalog else None,
            "refreshed_at": refreshed,
            "error": catalog.error if catalog else None,
            "relation_count": catalog.relation_count if catalog else 0,
            "relations": relations,
            "more": found.more,
            "columns": [each._asdict() for each in search_columns(session, datasource.id, words)],
        }
    )


@bp.post("/<int:datasource_id>/catalog/refresh")
@guard(Role.EDITOR)
def refresh(actor: Actor, session: Session, datasource_id: int) -> Response:
    ask_refresh(session, fetch_live(session, actor, datasource_id))
    return Response(status=202)


@bp.post("/<int:datasource_id>/completions")
@guard(Role.EDITOR)
def completions(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource = fetch_live(session, actor, datasource_id)
    place = read_json(PlaceBody)
    found = complete(session, datasource.id, place.sql, min(max(place.offset, 0), len(place.sql)))
    return answer_json(found.as_json())
