"""Schedules, and the ledger of their due times."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_21_create_schedules"
down_revision = "20261121_20_create_dashboards"


def upgrade() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("query_id", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("every_minutes", sa.Integer(), nullable=True),
        sa.Column("cron", sa.Text(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed", sa.Text(), nullable=False),
        sa.Column("given", postgresql.JSONB(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_by", sa.BigInteger(), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(every_minutes is null) <> (cron is null)", name="ck_schedules_rule"),
        sa.CheckConstraint("every_minutes > 0", name="ck_schedules_every_minutes"),
        sa.CheckConstraint("missed in ('run_once', 'skip')", name="ck_schedules_missed"),
        sa.CheckConstraint("(paused_at is null) = (paused_by is null)", name="ck_schedules_paused"),
        sa.CheckConstraint("ends_at > starts_at", name="ck_schedules_ends_at"),
        sa.CheckConstraint("deleted_at is null or next_due_at is null", name="ck_schedules_deleted"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_schedules_org_id_orgs"),
        sa.ForeignKeyConstraint(["query_id"], ["queries.id"], name="fk_schedules_query_id_queries"),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_schedules_created_by_users"),
        sa.ForeignKeyConstraint(["paused_by"], ["users.id"], name="fk_schedules_paused_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
    )
    op.create_index("ix_schedules_org_id_query_id", "schedules", ["org_id", "query_id"])
    op.create_index(
        "ix_schedules_due", "schedules", ["next_due_at"], postgresql_where=sa.text("next_due_at is not null")
    )
    op.create_table(
        "refreshes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("schedule_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "outcome in ('ran', 'joined', 'skipped', 'missed', 'failed')", name="ck_refreshes_outcome"
        ),
        sa.CheckConstraint("run_id is null or outcome in ('ran', 'joined')", name="ck_refreshes_run"),
        sa.CheckConstraint("(outcome in ('ran', 'joined')) = (reason is null)", name="ck_refreshes_reason"),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedules.id"], name="fk_refreshes_schedule_id_schedules", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_refreshes_run_id_runs", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name="fk_refreshes_asked_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_refreshes"),
        sa.UniqueConstraint("schedule_id", "due_at", name="uq_refreshes_schedule_id_due_at"),
    )
    op.create_index("ix_refreshes_run_id", "refreshes", ["run_id"])


def downgrade() -> None:
    op.drop_table("refreshes")
    op.drop_table("schedules")
