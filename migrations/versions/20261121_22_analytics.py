"""Raw events, report definitions, snapshots, and the runs that make them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_22_analytics"
down_revision = "20261121_21_create_schedules"


def upgrade() -> None:
    _events()
    _definitions()
    _runs()
    _snapshots()
    _evidence()


def downgrade() -> None:
    for table in (
        "recompute_evidence",
        "recompute_changes",
        "metric_snapshots",
        "recompute_runs",
        "aggregate_windows",
        "report_definitions",
        "analytics_events",
        "event_sources",
    ):
        op.drop_table(table)


def _events() -> None:
    op.create_table(
        "event_sources",
        _id(),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("provider_name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        _time("created_at"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_event_sources_org_id_orgs"),
        sa.PrimaryKeyConstraint("id", name="pk_event_sources"),
        sa.UniqueConstraint("org_id", "slug", name="uq_event_sources_org_id_slug"),
    )
    op.create_table(
        "analytics_events",
        _id(),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("external_ref", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("processing_ms", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        _time("occurred_at"),
        _time("received_at"),
        sa.Column("payload", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("processing_ms >= 0", name="ck_analytics_events_processing_ms"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["event_sources.id"], name="fk_analytics_events_source_id_event_sources"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_analytics_events"),
        sa.UniqueConstraint("source_id", "external_ref", name="uq_analytics_events_source_id_external_ref"),
    )
    op.create_index("ix_analytics_events_org_id_occurred_at", "analytics_events", ["org_id", "occurred_at"])
    op.create_index(
        "ix_analytics_events_received_at", "analytics_events", ["received_at"], postgresql_using="brin"
    )


def _definitions() -> None:
    op.create_table(
        "report_definitions",
        _id(),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("cache_ttl_seconds", sa.Integer(), nullable=False),
        sa.Column("default_window", sa.Text(), nullable=False),
        sa.Column("supported_filters", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("cache_ttl_seconds > 0", name="ck_report_definitions_cache_ttl_seconds"),
        sa.CheckConstraint("default_window in ('day', 'week')", name="ck_report_definitions_default_window"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_report_definitions_org_id_orgs"),
        sa.PrimaryKeyConstraint("id", name="pk_report_definitions"),
        sa.UniqueConstraint("org_id", "slug", name="uq_report_definitions_org_id_slug"),
    )
    op.create_table(
        "aggregate_windows",
        _id(),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=False),
        sa.Column("refresh_interval_minutes", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        _time("refreshed_at", nullable=True),
        _time("tried_at", nullable=True),
        sa.CheckConstraint("\"window\" in ('day', 'week')", name="ck_aggregate_windows_window"),
        sa.CheckConstraint("retention_days > 0", name="ck_aggregate_windows_retention_days"),
        sa.CheckConstraint(
            "refresh_interval_minutes > 0", name="ck_aggregate_windows_refresh_interval_minutes"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_aggregate_windows_org_id_orgs"),
        sa.PrimaryKeyConstraint("id", name="pk_aggregate_windows"),
        sa.UniqueConstraint("org_id", "window", name="uq_aggregate_windows_org_id_window"),
    )
    op.create_index(
        "uq_aggregate_windows_default",
        "aggregate_windows",
        ["org_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )


def _runs() -> None:
    op.create_table(
        "recompute_runs",
        _id(),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("date_from", sa.Date(), nullable=False),
        sa.Column("date_to", sa.Date(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=True),
        _time("requested_at"),
        _time("started_at", nullable=True),
        _time("finished_at", nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("summary", postgresql.JSONB(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.CheckConstraint("\"window\" in ('day', 'week')", name="ck_recompute_runs_window"),
        sa.CheckConstraint("date_from <= date_to", name="ck_recompute_runs_dates"),
        sa.CheckConstraint(
            "trigger in ('person', 'api', 'interval', 'seed')", name="ck_recompute_runs_trigger"
        ),
        sa.CheckConstraint(
            "state in ('pending', 'running', 'completed', 'failed')", name="ck_recompute_runs_state"
        ),
        sa.CheckConstraint(
            "case state when 'pending' then started_at is null when 'failed' then true"
            " else started_at is not null end",
            name="ck_recompute_runs_started_at",
        ),
        sa.CheckConstraint(
            "(state in ('completed', 'failed')) = (finished_at is not null)",
            name="ck_recompute_runs_finished_at",
        ),
        sa.CheckConstraint("(state = 'completed') = (summary is not null)", name="ck_recompute_runs_summary"),
        sa.CheckConstraint(
            "(state = 'failed') = (error_message is not null)", name="ck_recompute_runs_error_message"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_recompute_runs_org_id_orgs"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report_definitions.id"], name="fk_recompute_runs_report_id_report_definitions"
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name="fk_recompute_runs_requested_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_recompute_runs"),
    )
    op.create_index("ix_recompute_runs_org_id_id", "recompute_runs", ["org_id", "id"])
    op.create_index(
        "ix_recompute_runs_active",
        "recompute_runs",
        ["report_id", "window"],
        postgresql_where=sa.text("state in ('pending', 'running')"),
    )


def _snapshots() -> None:
    op.create_table(
        "metric_snapshots",
        sa.Column("report_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("dimension_key", sa.Text(), nullable=False),
        sa.Column("metric_name", sa.Text(), nullable=False),
        _time("bucket_start"),
        sa.Column("dimension_value", sa.Text(), nullable=False),
        sa.Column("metric_value", sa.BigInteger(), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["recompute_runs.id"], name="fk_metric_snapshots_run_id_recompute_runs"
        ),
        sa.PrimaryKeyConstraint(
            "report_id",
            "window",
            "dimension_key",
            "metric_name",
            "bucket_start",
            "dimension_value",
            name="pk_metric_snapshots",
        ),
    )
    op.create_table(
        "recompute_changes",
        sa.Column("run_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        _time("bucket_start"),
        sa.Column("dimension_key", sa.Text(), nullable=False),
        sa.Column("dimension_value", sa.Text(), nullable=False),
        sa.Column("metric_name", sa.Text(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=True),
        sa.Column("after", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["recompute_runs.id"],
            name="fk_recompute_changes_run_id_recompute_runs",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "position", name="pk_recompute_changes"),
    )


def _evidence() -> None:
    op.create_table(
        "recompute_evidence",
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        _time("generated_at"),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("diagnostics", sa.Text(), nullable=False),
        sa.CheckConstraint("body_hash ~ '^sha256:[0-9a-f]{64}$'", name="ck_recompute_evidence_body_hash"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_recompute_evidence_org_id_orgs"),
        sa.PrimaryKeyConstraint("org_id", "run_id", name="pk_recompute_evidence"),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
