"""Snapshots are changed in their place: there is room on their page, and no key to look up for each."""

from alembic import op

revision = "20261122_44_snapshots_in_place"
down_revision = "20261121_43_report_tiles"

KEY = "fk_metric_snapshots_run_id_recompute_runs"


def upgrade() -> None:
    op.drop_constraint(KEY, "metric_snapshots")
    op.execute("alter table metric_snapshots set (fillfactor = 50)")


def downgrade() -> None:
    op.execute("alter table metric_snapshots reset (fillfactor)")
    op.create_foreign_key(KEY, "metric_snapshots", "recompute_runs", ["run_id"], ["id"])
