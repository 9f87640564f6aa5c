"""`/v1/retention` and `/v1/queries/ID/retention`: how long results are kept."""

from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.accounts.guard import guard
from app.accounts.models import Org, Role
from app.queries.models import Query
from app.runs.retention.policy import days_of, keep_in_org, keep_of_query
from app.web.api import answer_json
from app.web.forms import Body, read_json

bp = Blueprint("retention_api", __name__, url_prefix="/v1")


class OrgBody(Body):
    """Days; null leaves it to the installation."""

    result_days: int | None
    newest_result_days: int | None


class QueryBody(Body):
    """Days; null leaves it to the org."""

    result_days: int | None


@bp.get("/retention")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session) -> Response:
    return answer_json(_of_org(session.get_one(Org, actor.org_id)))


@bp.post("/retention")
@guard(Role.ADMIN)
def change(actor: Actor, session: Session) -> Response:
    body = read_json(OrgBody)
    org = keep_in_org(session, actor, body.result_days, body.newest_result_days)
    session.commit()
    return answer_json(_of_org(org))


@bp.get("/queries/<int:query_id>/retention")
@guard(Role.VIEWER)
def show_query(actor: Actor, session: Session, query_id: int) -> Response:
    return answer_json(_of_query(session, fetch(session, actor, Query, query_id)))


@bp.post("/queries/<int:query_id>/retention")
@guard(Role.EDITOR)
def change_query(actor: Actor, session: Session, query_id: int) -> Response:
    query = keep_of_query(session, actor, query_id, read_json(QueryBody).result_days)
    session.commit()
    return answer_json(_of_query(session, query))


def _of_org(org: Org) -> dict[str, Any]:
    days = days_of(org)
    return {
        "result_days": days.result_days,
        "newest_result_days": days.newest_result_days,
        "in_force": {"result_days": days.holds, "newest_result_days": days.newest_holds},
    }


def _of_query(session: Session, query: Query) -> dict[str, Any]:
    days = days_of(session.get_one(Org, query.org_id))
    return {
        "query_id": query.id,
        "result_days": query.result_days,
        "in_force": {
            "result_days": query.result_days or days.holds,
            "newest_result_days": days.newest_holds,
        },
    }
