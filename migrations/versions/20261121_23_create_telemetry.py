"""Telemetry: series, values by day, totals, events by day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_23_create_telemetry"
down_revision = "20261121_22_analytics"


def upgrade() -> None:
    op.create_table(
        "metric_series",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("tags", postgresql.JSONB(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_metric_series"),
    )
    op.create_index("ix_metric_series_name_target", "metric_series", ["name", "target"])
    op.create_index("ix_metric_series_target", "metric_series", ["target"])
    op.create_table(
        "metric_values",
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Float(53), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("duration_ms", sa.Float(53), nullable=True),
        sa.Column("tags", postgresql.JSONB(), nullable=True),
        postgresql_partition_by="range (time)",
    )
    op.create_index("ix_metric_values_series_id_time", "metric_values", ["series_id", sa.desc("time")])
    op.create_index("ix_metric_values_time", "metric_values", ["time"])
    op.create_table(
        "metric_totals",
        sa.Column("series_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("le", sa.Float(53), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("sum", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("series_id", "le", name="pk_metric_totals"),
    )
    op.create_table(
        "telemetry_events",
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint(
            "severity in ('debug', 'info', 'warning', 'error', 'critical')",
            name="ck_telemetry_events_severity",
        ),
        postgresql_partition_by="range (time)",
    )
    op.create_index("ix_telemetry_events_time", "telemetry_events", ["time"])
    op.create_index("ix_telemetry_events_source_time", "telemetry_events", ["source", "time"])


def downgrade() -> None:
    op.drop_table("telemetry_events")
    op.drop_table("metric_totals")
    op.drop_table("metric_values")
    op.drop_table("metric_series")
