"""Cancellations of runs, with their times."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_6_cancellations"
down_revision = "20261121_5_create_visualizations"


def upgrade() -> None:
    op.create_table(
        "cancellations",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name="fk_cancellations_requested_by_users"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_cancellations_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name="pk_cancellations"),
    )


def downgrade() -> None:
    op.drop_table("cancellations")
