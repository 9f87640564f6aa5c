"""`/v1/queries/ID/annotations`: what a query marks on the charts that take its rows as annotations."""

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.queries.find import find_query
from app.visualizations.annotations.read import annotations_of
from app.web.api import answer_json

bp = Blueprint("annotations_api", __name__, url_prefix="/v1/queries")


@bp.get("/<int:query_id>/annotations")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, query_id: int) -> Response:
    """Times are epoch milliseconds, those of a column without a zone as if it were in UTC."""
    query = find_query(session, actor, query_id)
    found = annotations_of(session, actor, query)
    return answer_json(
        {
            "query": query.name,
            "run_id": found.run_id,
            "time": {"name": found.time.name, "type": found.time.type, "kind": found.time.kind},
            "marks": [
                {"time": time, "time_end": time_end, "text": None if text is None else str(text)}
                for time, time_end, text in found.marks
            ],
            "cut": found.cut,
        }
    )
