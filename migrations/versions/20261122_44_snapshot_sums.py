"""Sums of many snapshots, and room to change these in their place, without a key to look up for each."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_44_snapshot_sums"
down_revision = "20261121_43_report_tiles"

KEY = "fk_metric_snapshots_run_id_recompute_runs"


def upgrade() -> None:
    op.drop_constraint(KEY, "metric_snapshots")
    op.execute("alter table metric_snapshots set (fillfactor = 50)")
    op.add_column("report_definitions", sa.Column("summed_version", sa.BigInteger(), nullable=True))
    op.create_table(
        "snapshot_sums",
        sa.Column("report_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("width", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("dimension_key", sa.Text(), nullable=False),
        sa.Column("metric_name", sa.Text(), nullable=False),
        sa.Column("span_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dimension_value", sa.Text(), nullable=False),
        sa.Column("metric_value", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "report_id",
            "window",
            "width",
            "dimension_key",
            "metric_name",
            "span_start",
            "dimension_value",
            name="pk_snapshot_sums",
        ),
    )


def downgrade() -> None:
    op.drop_table("snapshot_sums")
    op.drop_column("report_definitions", "summed_version")
    op.execute("alter table metric_snapshots reset (fillfactor)")
    op.create_foreign_key(KEY, "metric_snapshots", "recompute_runs", ["run_id"], ["id"])
