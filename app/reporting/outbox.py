"""Leave word that a source changed, in the transaction of the change itself."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, ScalarSelect, event, insert, text
from sqlalchemy.orm import Mapper, Session

from app.core.quick import Quick
from app.reporting.models import OutboxRow

LEAVE = Quick(
    text(
        """
        insert into report_outbox (org_id, dataset, source_key)
        select :org_id, :dataset, unnest(cast(:source_keys as text[])) returning id
        """
    )
)


def leave(session: Session, dataset: str, org_id: int, *source_keys: int | str) -> None:
    """Its facts follow within seconds of the commit, and not at all after a rollback."""
    if source_keys:
        left = {"org_id": org_id, "dataset": dataset, "source_keys": [str(key) for key in source_keys]}
        LEAVE.all(session, left)


def leave_sql(dataset: str, changed: str) -> str:
    """The same as a part of a statement, for the `id` and `org_id` of each row of the CTE `changed`."""
    return (
        "insert into report_outbox (org_id, dataset, source_key)"
        f" select org_id, '{dataset}', id::text from {changed}"
    )


def leave_for_each_new(
    model: type[Any], dataset: str, org_id: Callable[[Any], int | ScalarSelect[int]]
) -> None:
    """Leave word of every row of this model that a session inserts from now on."""

    def inserted(_: Mapper[Any], connection: Connection, row: Any) -> None:
        left = {"dataset": dataset, "org_id": org_id(row), "source_key": str(row.id)}
        connection.execute(insert(OutboxRow).values(left))

    event.listen(model, "after_insert", inserted)
