"""Pages that list runs: of the org, of a query, of a datasource. Their filters live in the address."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.datasources.models import Datasource
from app.queries.models import Query
from app.runs.history.cursor import Cursor, read_cursor
from app.runs.history.filters import SEVERAL, given_filters, read_filters
from app.runs.history.find import choices, list_runs
from app.runs.history.lines import line
from app.web.respond import is_htmx, page, pushed

bp = Blueprint("run_history", __name__)


@bp.get("/runs")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    return _list(actor, session)


@bp.get("/queries/<int:query_id>/runs")
@guard(Role.VIEWER)
def of_query(actor: Actor, session: Session, query_id: int) -> Response:
    """Also of one that is archived: its runs stay."""
    return _list(actor, session, query=fetch(session, actor, Query, query_id))


@bp.get("/datasources/<int:datasource_id>/runs")
@guard(Role.VIEWER)
def of_datasource(actor: Actor, session: Session, datasource_id: int) -> Response:
    """Also of one that is archived."""
    return _list(actor, session, datasource=fetch(session, actor, Datasource, datasource_id))


def _list(
    actor: Actor, session: Session, *, query: Query | None = None, datasource: Datasource | None = None
) -> Response:
    given = given_filters(request.args.to_dict(flat=False))
    endpoint = "of_query" if query else "of_datasource" if datasource else "index"
    of: dict[str, Any] = (
        {"query_id": query.id} if query else {"datasource_id": datasource.id} if datasource else {}
    )
    narrowed = {name: texts for name, texts in given.items() if name not in of}

    def address(cursor: Cursor | None = None) -> str:
        values: dict[str, Any] = {**of, **narrowed, "cursor": str(cursor) if cursor else None}
        return url_for(f".{endpoint}", **values)

    listing, problems = None, {}
    try:
        filters = read_filters(narrowed | {name: [str(number)] for name, number in of.items()})
        cursor = read_cursor(request.args.get("cursor", ""))
        listing = list_runs(session, actor, filters, cursor)
    except Invalid as error:
        problems = error.fields
    context: dict[str, Any] = {
        "lines": [line(row) for row in listing.rows] if listing else [],
        "newer_url": address(listing.newer) if listing and listing.newer else None,
        "older_url": address(listing.older) if listing and listing.older else None,
        "searched_to": listing.searched_to if listing else None,
        "all_url": url_for(f".{endpoint}", **of),
        "chosen": {name: texts if name in SEVERAL else texts[0] for name, texts in narrowed.items()},
        "problems": problems,
        "query": query,
        "datasource": datasource,
    }
    if is_htmx() and not problems:
        return pushed("runs/history/_list.html", address(cursor), **context)
    if is_htmx():
        return page("runs/history/_list.html", 422, **context)
    context |= choices(session, actor)
    return page("runs/history/index.html", 422 if problems else 200, **context)
