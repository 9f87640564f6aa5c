"""`/v1/reports`: what can be asked, a question and its answer, and the statement behind it."""

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.reporting import catalog
from app.reporting.ask import ask, explain
from app.reporting.question import ReportQuery
from app.reporting.result import ReportResult, as_json
from app.reporting.scope import scope_of
from app.web.api import answer_json
from app.web.forms import read_json

bp = Blueprint("reporting_api", __name__, url_prefix="/v1/reports")


@bp.get("/catalog")
@guard(Role.VIEWER)
def show_catalog(actor: Actor, session: Session) -> Response:
    return jsonify(datasets=catalog.described(scope_of(actor)))


@bp.post("/query")
@guard(Role.VIEWER)
def query(actor: Actor, session: Session) -> Response:
    return answer_json(told(ask(session, actor, read_json(ReportQuery))))


@bp.post("/explain")
@guard(Role.VIEWER)
def explain_query(actor: Actor, session: Session) -> Response:
    found = explain(actor, read_json(ReportQuery))
    return answer_json({"language": found.language, "statement": found.statement, "values": found.values})


def told(result: ReportResult) -> dict[str, object]:
    """An answer as JSON has it; members that are unknown are left out."""
    columns = [
        {
            "name": column.name,
            "kind": column.part,
            "type": column.type,
            **({"unit": column.unit} if column.unit else {}),
        }
        for column in result.columns
    ]
    standing = {"as_of": as_json(result.as_of), "freshness_lag_ms": result.lag_ms}
    known = {name: value for name, value in standing.items() if value is not None}
    return {**known, "columns": columns, "rows": result.objects()}
