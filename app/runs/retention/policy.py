"""How long results are kept: days after the run finished.

A result is kept for its query's days, else for its org's, else for PLUMB_RESULTS_DAYS. The newest result of a
query, whatever its values were, is kept for the org's (or PLUMB_RESULTS_NEWEST_DAYS) days at least.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch, need
from app.accounts.models import Org, Role
from app.audit.record import record
from app.core import runtime
from app.core.errors import Invalid
from app.queries.models import Query
from app.runs.models import Run

LONGEST_DAYS = 36_500
MOST_LISTED = 500

EXPIRES_AT = text(
    """
    select greatest(
        runs.finished_at
            + make_interval(days => coalesce(queries.result_days, orgs.result_days, cast(:days as int))),
        case when queries.id is not null and not exists (
            select from runs newer join query_versions on query_versions.id = newer.query_version_id
            where query_versions.query_id = queries.id and newer.id > runs.id and newer.state = 'succeeded')
        then runs.finished_at
            + make_interval(days => coalesce(orgs.newest_result_days, cast(:newest_days as int))) end)
    from runs join orgs on orgs.id = runs.org_id
    left join query_versions on query_versions.id = runs.query_version_id
    left join queries on queries.id = query_versions.query_id
    where runs.id = :run_id and runs.state = 'succeeded' and runs.result_deleted_at is null
    """
)


@dataclass(frozen=True, slots=True)
class Days:
    """What an org says, None where it leaves it to the installation, and what holds."""

    result_days: int | None
    newest_result_days: int | None
    holds: int
    newest_holds: int


def default_days() -> dict[str, int]:
    """The installation's `days` and `newest_days`."""
    settings = runtime.settings()
    return {"days": settings.results_days, "newest_days": settings.results_newest_days}


def days_of(org: Org) -> Days:
    default = default_days()
    return Days(
        org.result_days,
        org.newest_result_days,
        org.result_days or default["days"],
        org.newest_result_days or default["newest_days"],
    )


def keep_in_org(
    session: Session, actor: Actor, result_days: int | None, newest_result_days: int | None
) -> Org:
    """Say how long this org keeps results; None leaves it to the installation. Raises Forbidden, Invalid."""
    need(actor, Role.ADMIN)
    _check({"result_days": result_days, "newest_result_days": newest_result_days})
    org = session.get_one(Org, actor.org_id)
    org.result_days, org.newest_result_days = result_days, newest_result_days
    details = {"result_days": result_days, "newest_result_days": newest_result_days}
    record(session, actor, "org.retention_changed", org.id, **details)
    return org


def keep_of_query(session: Session, actor: Actor, query_id: int, result_days: int | None) -> Query:
    """Say how long this query's results are kept; None leaves it to the org. Raises NotFound, Invalid."""
    need(actor, Role.EDITOR)
    _check({"result_days": result_days})
    query = fetch(session, actor, Query, query_id)
    query.result_days = result_days
    record(session, actor, "query.retention_changed", query.id, result_days=result_days)
    return query


def of_their_own(session: Session, actor: Actor) -> Sequence[Row[*tuple[Any, ...]]]:
    """`id`, `name`, `archived_at` and `result_days` of the org's queries that are not kept as the others."""
    own = select(Query.id, Query.name, Query.archived_at, Query.result_days).where(
        Query.org_id == actor.org_id, Query.result_days.is_not(None)
    )
    return session.execute(own.order_by(func.lower(Query.name), Query.id).limit(MOST_LISTED)).all()


def expires_at(session: Session, run: Run) -> datetime | None:
    """When the result may be deleted as things stand; None for a run that has none."""
    found: datetime | None = session.scalar(EXPIRES_AT, {"run_id": run.id, **default_days()})
    return found


def _check(days: dict[str, int | None]) -> None:
    sentence = f"Say 1 to {LONGEST_DAYS:,} days."
    wrong = {
        name: sentence for name, value in days.items() if value is not None and not 1 <= value <= LONGEST_DAYS
    }
    if wrong:
        raise Invalid(sentence, fields=wrong)
