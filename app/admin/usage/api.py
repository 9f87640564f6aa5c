"""`/v1/usage`: who runs what, what takes long, and what nobody looks at."""

from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.admin.usage.count import Line, count_usage
from app.core.errors import Invalid
from app.web.api import answer_json, integer, rfc3339

bp = Blueprint("usage_api", __name__, url_prefix="/v1/usage")

MOST_DAYS = 3_650


@bp.get("")
@guard(Role.ADMIN)
def index(actor: Actor, session: Session) -> Response:
    """Of the last `days`, 30 unless told."""
    days = integer("days", 30)
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(fields={"days": f"Use 1 to {MOST_DAYS:,} days."})
    found = count_usage(session, actor, days)
    return answer_json(
        {
            "total": _told(found.total) | {"people": found.person_count},
            "people": [_told(each) | {"id": each.id, "name": each.name} for each in found.people],
            "datasources": [_told(each) | {"id": each.id, "name": each.name} for each in found.places],
            "slowest_queries": [_told(each) | {"id": each.id, "name": each.name} for each in found.slowest],
            "largest_results": [
                {
                    "run_id": row.id,
                    "query_id": row.query_id,
                    "requested_by": row.person,
                    "row_count": row.row_count,
                    "byte_count": row.byte_count,
                    "finished_at": rfc3339(row.finished_at),
                }
                for row in found.largest
            ],
            "dashboards_not_viewed": [
                {"id": row.id, "name": row.name, "viewed_at": rfc3339(row.last_at) if row.last_at else None}
                for row in found.unseen
            ],
        }
    )


def _told(line: Line) -> dict[str, Any]:
    return {
        "runs": line.runs,
        "failed": line.failed,
        "total_ms": round(line.total_ms),
        "mean_ms": None if line.mean_ms is None else round(line.mean_ms, 1),
        "longest_ms": round(line.longest_ms),
        "row_count": line.rows,
        "byte_count": line.bytes,
    }
