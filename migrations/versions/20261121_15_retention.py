"""How long results are kept, and when one was deleted."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_15_retention"
down_revision = "20261121_14_run_history"


def upgrade() -> None:
    op.add_column("orgs", sa.Column("result_days", sa.Integer(), nullable=True))
    op.add_column("orgs", sa.Column("newest_result_days", sa.Integer(), nullable=True))
    op.add_column("queries", sa.Column("result_days", sa.Integer(), nullable=True))
    op.add_column("runs", sa.Column("result_deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint("ck_orgs_result_days", "orgs", "result_days > 0")
    op.create_check_constraint("ck_orgs_newest_result_days", "orgs", "newest_result_days > 0")
    op.create_check_constraint("ck_queries_result_days", "queries", "result_days > 0")
    op.create_check_constraint(
        "ck_runs_result_deleted", "runs", "result_deleted_at is null or state = 'succeeded'"
    )
    op.create_index(
        "ix_runs_result_kept",
        "runs",
        ["finished_at"],
        postgresql_where=sa.text("state = 'succeeded' and result_deleted_at is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_runs_result_kept", "runs")
    op.drop_constraint("ck_runs_result_deleted", "runs")
    op.drop_constraint("ck_queries_result_days", "queries")
    op.drop_constraint("ck_orgs_newest_result_days", "orgs")
    op.drop_constraint("ck_orgs_result_days", "orgs")
    op.drop_column("runs", "result_deleted_at")
    op.drop_column("queries", "result_days")
    op.drop_column("orgs", "newest_result_days")
    op.drop_column("orgs", "result_days")
