"""The first page after signing in."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.dashboards.find import dashboards
from app.dashboards.models import DASHBOARDS
from app.datasources.models import Datasource
from app.home.recent import recent_queries, recent_runs
from app.queries.find import queries
from app.queries.models import QUERIES
from app.saved.find import Wanted, one_page
from app.saved.models import Sort
from app.web.respond import page

bp = Blueprint("home", __name__)

FAVOURITES = Wanted(favourites=True)


@bp.get("/")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session) -> Response:
    count = session.scalar(
        select(func.count()).where(Datasource.org_id == actor.org_id, Datasource.archived_at.is_(None))
    )
    return page(
        "home/show.html",
        queries=recent_queries(session, actor),
        runs=recent_runs(session, actor),
        dashboards=_first(session, actor, DASHBOARDS, dashboards(actor, Wanted()), 5),
        favourites={
            "dashboards": _first(session, actor, DASHBOARDS, dashboards(actor, FAVOURITES), 12),
            "queries": _first(session, actor, QUERIES, queries(actor, FAVOURITES), 12),
        },
        datasource_count=count,
    )


def _first(session: Session, actor: Actor, sort: Sort, found: Select[Any], most: int) -> Sequence[Any]:
    return one_page(session, actor, sort, found, limit=most).rows
