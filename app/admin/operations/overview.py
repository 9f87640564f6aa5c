"""All of the operator's page."""

import os
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.admin.operations.gauges import Standing, standing
from app.admin.operations.stuck import Stuck, stuck
from app.core import schema
from app.core.settings import describe
from app.runs.slots.beats import own_version

RUNNING = text("select id, org_id, datasource_id, started_at, worker from runs where state = 'running'")
TABLES = text(
    """
    select relname, sum(pg_total_relation_size(oid)) as size from (
        select coalesce(parent.relname, child.relname) as relname, child.oid
        from pg_class child left join pg_inherits on inhrelid = child.oid
        left join pg_class parent on parent.oid = inhparent
        where child.relkind = 'r' and child.relnamespace = current_schema::regnamespace
    ) found group by 1 order by 2 desc limit 6
    """
)


@dataclass(frozen=True, slots=True)
class Overview:
    """`running` maps a host and a child's number to the rows of the runs that it is at."""

    standing: Standing
    running: dict[tuple[str, int], list[object]]
    stuck: list[Stuck]
    version: str
    schema_found: str | None
    schema_wanted: str
    tables: list[tuple[str, int]]
    settings: list[tuple[str, str, str, str]]


def overview(session: Session) -> Overview:
    running: dict[tuple[str, int], list[object]] = {}
    for row in session.execute(RUNNING):
        host, pid, _ = (row.worker or "::").split(":", 2)
        running.setdefault((host, int(pid or 0)), []).append(row)
    return Overview(
        standing(session),
        running,
        stuck(session),
        own_version(),
        session.scalar(text("select version_num from alembic_version")),
        schema.newest(),
        [(row.relname, int(row.size)) for row in session.execute(TABLES)],
        describe(os.environ),
    )
