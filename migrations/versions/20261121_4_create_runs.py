"""Runs, their bound values, and results in chunks."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_4_create_runs"
down_revision = "20261121_3_create_queries"


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("datasource_id", sa.BigInteger(), nullable=False),
        sa.Column("query_version_id", sa.BigInteger(), nullable=True),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sql", sa.Text(), nullable=False),
        sa.Column("timeout_s", sa.Integer(), nullable=False),
        sa.Column("max_rows", sa.BigInteger(), nullable=False),
        sa.Column("max_bytes", sa.BigInteger(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("row_count", sa.BigInteger(), nullable=True),
        sa.Column("byte_count", sa.BigInteger(), nullable=True),
        sa.Column("truncated_by", sa.Text(), nullable=True),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("failure_message", sa.Text(), nullable=True),
        sa.Column("failure_hint", sa.Text(), nullable=True),
        sa.Column("failure_position", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.CheckConstraint("(state = 'succeeded') = (byte_count is not null)", name="ck_runs_byte_count"),
        sa.CheckConstraint("(state = 'succeeded') = (row_count is not null)", name="ck_runs_row_count"),
        sa.CheckConstraint(
            "(state in ('failed', 'timed_out', 'lost')) = (failure_reason is not null)",
            name="ck_runs_failure",
        ),
        sa.CheckConstraint(
            "(state in ('queued', 'running')) = (finished_at is null)", name="ck_runs_finished"
        ),
        sa.CheckConstraint(
            "case state when 'queued' then started_at is null when 'cancelled' then true"
            " else started_at is not null end",
            name="ck_runs_started",
        ),
        sa.CheckConstraint(
            "state in ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out', 'lost')",
            name="ck_runs_state",
        ),
        sa.CheckConstraint("trigger in ('person', 'api', 'schedule')", name="ck_runs_trigger"),
        sa.CheckConstraint("truncated_by in ('rows', 'bytes')", name="ck_runs_truncated_by"),
        sa.CheckConstraint("truncated_by is null or state = 'succeeded'", name="ck_runs_truncated"),
        sa.CheckConstraint("started_at is null or beat_at is not null", name="ck_runs_beat"),
        sa.ForeignKeyConstraint(
            ["datasource_id"], ["datasources.id"], name="fk_runs_datasource_id_datasources"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_runs_org_id_orgs"),
        sa.ForeignKeyConstraint(
            ["query_version_id"], ["query_versions.id"], name="fk_runs_query_version_id_query_versions"
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name="fk_runs_requested_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_datasource_id", "runs", ["datasource_id"], unique=False)
    op.create_index("ix_runs_org_id_id", "runs", ["org_id", "id"], unique=False)
    op.create_index(
        "ix_runs_unsettled",
        "runs",
        ["state", "queued_at"],
        unique=False,
        postgresql_where=sa.text("finished_at is null"),
    )
    op.create_index("ix_runs_version_id_id", "runs", ["query_version_id", "id"], unique=False)
    op.create_table(
        "run_values",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_run_values_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "name", name="pk_run_values"),
    )
    op.create_table(
        "result_columns",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_result_columns_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "position", name="pk_result_columns"),
    )
    op.create_table(
        "result_chunks",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("first_row", sa.BigInteger(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("raw_bytes", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_result_chunks_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "first_row", name="pk_result_chunks"),
    )

    # Chunks are compressed already: do not try again, keep them out of line.
    op.execute("alter table result_chunks alter column data set storage external")


def downgrade() -> None:
    op.drop_table("result_chunks")
    op.drop_table("result_columns")
    op.drop_table("run_values")
    op.drop_table("runs")
