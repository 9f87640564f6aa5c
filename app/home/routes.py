"""The first page after signing in."""

from flask import Blueprint, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.dashboards.find import list_dashboards
from app.datasources.models import Datasource
from app.home.recent import recent_queries, recent_runs
from app.web.respond import page

bp = Blueprint("home", __name__)


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
        dashboards=list_dashboards(session, actor, limit=5).rows,
        datasource_count=count,
    )
