"""The schema browser of the workbench: fragments of a tree, for editors."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core import vault
from app.core.errors import NotFound
from app.datasources.catalog.find import (
    catalog_of,
    columns_of,
    find_relation,
    relations_in,
    schemas_of,
    search,
    search_columns,
)
from app.datasources.catalog.models import CatalogRelation
from app.datasources.catalog.refresh import ask_refresh
from app.datasources.connection import connector_of
from app.datasources.connectors.base import ConnectorError
from app.datasources.connectors.catalog import Details
from app.datasources.connectors.naming import qualified, quoted
from app.datasources.fetch import fetch_live
from app.datasources.models import Datasource
from app.web.respond import page

bp = Blueprint("catalogs", __name__, url_prefix="/datasources")

DETAILS_TIMEOUT_S = 5.0


bp.add_app_template_global(quoted)
bp.add_app_template_global(qualified)


@bp.get("/catalog")
@guard(Role.EDITOR)
def chosen(actor: Actor, session: Session) -> Response:
    """The catalog of the datasource that a form names as `datasource_id`."""
    datasource_id = request.args.get("datasource_id", type=int)
    if datasource_id is None:
        return page("datasources/catalog/_none.html")
    return _shown(session, fetch_live(session, actor, datasource_id))


@bp.get("/<int:datasource_id>/catalog")
@guard(Role.EDITOR)
def show(actor: Actor, session: Session, datasource_id: int) -> Response:
    return _shown(session, fetch_live(session, actor, datasource_id))


@bp.post("/<int:datasource_id>/catalog/refresh")
@guard(Role.EDITOR)
def refresh(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource = fetch_live(session, actor, datasource_id)
    ask_refresh(session, datasource)
    session.commit()
    return _shown(session, datasource)


@bp.get("/<int:datasource_id>/catalog/tree")
@guard(Role.EDITOR)
def tree(actor: Actor, session: Session, datasource_id: int) -> Response:
    """All schemas, or what the filter finds."""
    datasource = fetch_live(session, actor, datasource_id)
    words = request.args.get("q", "").strip()
    if words:
        return page(
            "datasources/catalog/_found.html",
            datasource=datasource,
            found=search(session, datasource.id, words),
            columns=search_columns(session, datasource.id, words),
            words=words,
        )
    return page("datasources/catalog/_tree.html", **_tree(session, datasource))


@bp.get("/<int:datasource_id>/catalog/relations")
@guard(Role.EDITOR)
def relations(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource = fetch_live(session, actor, datasource_id)
    schema, after = request.args.get("schema", ""), request.args.get("after", 0, type=int)
    found = relations_in(session, datasource.id, schema, after=min(after, 2**31 - 1))
    return page("datasources/catalog/_relations.html", datasource=datasource, found=found, schema=schema)


@bp.get("/<int:datasource_id>/catalog/columns")
@guard(Role.EDITOR)
def columns(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource, relation = _relation(actor, session, datasource_id)
    found = columns_of(session, relation)
    context: dict[str, Any] = {"datasource": datasource, "relation": relation, "columns": found}
    return page("datasources/catalog/_columns.html", level=_level(), **context)


@bp.get("/<int:datasource_id>/catalog/details")
@guard(Role.EDITOR)
def details(actor: Actor, session: Session, datasource_id: int) -> Response:
    """Keys and indexes, asked of the source itself."""
    datasource, relation = _relation(actor, session, datasource_id)
    found, error = Details(), None
    try:
        connector = connector_of(datasource)
        found = connector.details(relation.schema, relation.name, DETAILS_TIMEOUT_S)
    except ConnectorError as failed:
        error = failed.message
    except (LookupError, vault.SealBroken):
        error = "The stored connection cannot be opened."
    return page("datasources/catalog/_details.html", details=found, error=error, level=_level())


def _relation(actor: Actor, session: Session, datasource_id: int) -> tuple[Datasource, CatalogRelation]:
    datasource = fetch_live(session, actor, datasource_id)
    schema, name = request.args.get("schema", ""), request.args.get("name", "")
    relation = find_relation(session, datasource.id, schema, name)
    if relation is None:
        raise NotFound(f"{name} is no longer among what {datasource.name} holds. Refresh the list.")
    return datasource, relation


def _level() -> int:
    """How deep in the tree the items stand."""
    return min(max(request.args.get("level", 3, type=int), 1), 6)


def _shown(session: Session, datasource: Datasource) -> Response:
    return page("datasources/catalog/_catalog.html", **_tree(session, datasource))


def _tree(session: Session, datasource: Datasource) -> dict[str, Any]:
    schemas = schemas_of(session, datasource.id)
    only = schemas[0].name if len(schemas) == 1 else None
    return {
        "datasource": datasource,
        "catalog": catalog_of(session, datasource.id),
        "schemas": schemas,
        "only": only,
        "found": relations_in(session, datasource.id, only) if only else None,
    }
