"""Indexes of the lists of runs: what each list is walked along."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_14_run_history"
down_revision = "20261121_13_attempts"

NEW = {
    "ix_runs_of_org": ["org_id", "queued_at", "id"],
    "ix_runs_of_requester": ["org_id", "requested_by", "queued_at", "id"],
    "ix_runs_of_datasource": ["datasource_id", "queued_at", "id"],
    "ix_runs_of_version": ["query_version_id", "queued_at", "id"],
    "ix_runs_without_success": ["org_id", "state", "queued_at", "id"],
}
PART = {"ix_runs_without_success": sa.text("state <> 'succeeded'")}


def upgrade() -> None:
    # Concurrently, so that the release before goes on writing; what a try that broke off left is of no use.
    with op.get_context().autocommit_block():
        for name, columns in NEW.items():
            op.drop_index(name, "runs", if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name, "runs", columns, postgresql_where=PART.get(name), postgresql_concurrently=True
            )
        op.drop_index("ix_runs_datasource_id", "runs", if_exists=True, postgresql_concurrently=True)


def downgrade() -> None:
    op.create_index("ix_runs_datasource_id", "runs", ["datasource_id"])
    for name in NEW:
        op.drop_index(name, "runs")
