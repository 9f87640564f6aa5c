"""Who may see a run, its rows and its evidence: the one place that says so.

Editors write any SQL, and see every run of their org. A viewer sees the runs of saved queries, whatever their
version, and those that he asked for himself. Other SQL of editors is not there for him, unless a saved query
says the same by now: he could have asked for that.
"""

from app.accounts.allow import Actor
from app.accounts.models import Role

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


def sees_all(actor: Actor) -> bool:
    return actor.may(Role.EDITOR)


def seer(actor: Actor) -> dict[str, object]:
    """The values of LISTED and SEEN."""
    return {"sees_all": sees_all(actor), "seer_id": actor.user_id}
