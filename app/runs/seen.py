"""Who may see a run, its rows and its evidence: the one place that says so.

Editors write any SQL, and see every run of their org. A viewer sees the runs of saved queries, whatever their
version, and those that he asked for himself. Other SQL of editors is not there for him, unless a saved query
says the same by now: he could have asked for that.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Role
from app.core.quick import Quick

# Of the table `runs` in any statement, with the values of `seer`.
LISTED = "(:sees_all or runs.query_version_id is not null or runs.requested_by = :seer_id)"
SEEN = f"""
({LISTED} or runs.explain is null
    and exists (
        select from queries
        join query_versions on query_versions.query_id = queries.id and query_versions.number = queries.latest
        where queries.org_id = runs.org_id and queries.archived_at is null
          and query_versions.datasource_id = runs.datasource_id and query_versions.sql = runs.sql))
"""


class PerSeer:
    """A statement over `runs` with the mark {seen}, written once for who sees all and once for the others.

    If the rule were asked as a value of it, Postgres would plan it afresh each time it runs.
    """

    def __init__(self, sql: str) -> None:
        self._of_all = Quick(text(sql.format(seen="true")))
        self._of_seen = Quick(text(sql.format(seen=SEEN.replace(":sees_all", "false"))))

    def first(self, session: Session, actor: Actor, values: Mapping[str, object]) -> Any | None:
        statement, of_seer = self._for(actor)
        return statement.first(session, {**values, **of_seer})

    def all(self, session: Session, actor: Actor, values: Mapping[str, object]) -> list[Any]:
        statement, of_seer = self._for(actor)
        return statement.all(session, {**values, **of_seer})

    def _for(self, actor: Actor) -> tuple[Quick, dict[str, object]]:
        return (self._of_all, {}) if sees_all(actor) else (self._of_seen, {"seer_id": actor.user_id})


def sees_all(actor: Actor) -> bool:
    return actor.may(Role.EDITOR)


def seer(actor: Actor) -> dict[str, object]:
    """The values of LISTED and SEEN."""
    return {"sees_all": sees_all(actor), "seer_id": actor.user_id}
