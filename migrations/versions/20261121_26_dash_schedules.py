"""Schedules of dashboards, how each due time ended, tolerance, and the least interval of an org."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_26_dash_schedules"
down_revision = "20261121_25_operate"

ENDED = """
update refreshes set ended_at = coalesce(runs.finished_at, this.decided_at),
       ended = case when this.outcome = 'failed' then 'failed' when runs.state is null then 'cancelled'
                    when runs.state in ('succeeded', 'cancelled') then runs.state else 'failed' end
from refreshes this left join runs on runs.id = this.run_id
where this.id = refreshes.id and refreshes.outcome in ('ran', 'joined', 'failed')
  and (runs.id is null or runs.finished_at is not null)
"""


def upgrade() -> None:
    op.add_column("schedules", sa.Column("dashboard_id", sa.BigInteger(), nullable=True))
    op.add_column("schedules", sa.Column("tolerance_s", sa.Integer(), server_default="0", nullable=False))
    op.add_column("schedules", sa.Column("spread_s", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("schedules", "query_id", nullable=True)
    op.create_foreign_key(
        "fk_schedules_dashboard_id_dashboards", "schedules", "dashboards", ["dashboard_id"], ["id"]
    )
    op.create_check_constraint(
        "ck_schedules_subject", "schedules", "(query_id is null) <> (dashboard_id is null)"
    )
    op.create_check_constraint("ck_schedules_spread", "schedules", "spread_s between 0 and tolerance_s")
    op.create_index("ix_schedules_org_id_dashboard_id", "schedules", ["org_id", "dashboard_id"])

    op.add_column("refreshes", sa.Column("ended", sa.Text(), nullable=True))
    op.add_column("refreshes", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(ENDED)
    op.create_check_constraint(
        "ck_refreshes_ended", "refreshes", "ended in ('succeeded', 'partly', 'failed', 'cancelled')"
    )
    op.create_check_constraint("ck_refreshes_ended_at", "refreshes", "(ended is null) = (ended_at is null)")
    op.create_index(
        "ix_refreshes_open",
        "refreshes",
        ["schedule_id"],
        postgresql_where=sa.text("ended is null and outcome in ('ran', 'joined', 'failed')"),
    )

    op.create_table(
        "refresh_tiles",
        sa.Column("refresh_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("outcome in ('ran', 'joined', 'failed')", name="ck_refresh_tiles_outcome"),
        sa.CheckConstraint("(outcome = 'failed') = (reason is not null)", name="ck_refresh_tiles_reason"),
        sa.CheckConstraint("run_id is null or outcome <> 'failed'", name="ck_refresh_tiles_run"),
        sa.ForeignKeyConstraint(
            ["refresh_id"],
            ["refreshes.id"],
            name="fk_refresh_tiles_refresh_id_refreshes",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_refresh_tiles_run_id_runs", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("refresh_id", "number", name="pk_refresh_tiles"),
    )
    op.create_index("ix_refresh_tiles_run_id", "refresh_tiles", ["run_id"])

    op.add_column("orgs", sa.Column("schedule_minutes", sa.Integer(), nullable=True))
    op.create_check_constraint("ck_orgs_schedule_minutes", "orgs", "schedule_minutes > 0")


def downgrade() -> None:
    op.drop_constraint("ck_orgs_schedule_minutes", "orgs")
    op.drop_column("orgs", "schedule_minutes")
    op.drop_table("refresh_tiles")
    op.drop_index("ix_refreshes_open", "refreshes")
    op.drop_constraint("ck_refreshes_ended_at", "refreshes")
    op.drop_constraint("ck_refreshes_ended", "refreshes")
    op.drop_column("refreshes", "ended_at")
    op.drop_column("refreshes", "ended")
    op.execute("delete from schedules where dashboard_id is not null")
    op.drop_index("ix_schedules_org_id_dashboard_id", "schedules")
    op.drop_constraint("ck_schedules_spread", "schedules")
    op.drop_constraint("ck_schedules_subject", "schedules")
    op.drop_constraint("fk_schedules_dashboard_id_dashboards", "schedules")
    op.alter_column("schedules", "query_id", nullable=False)
    for name in ("spread_s", "tolerance_s", "dashboard_id"):
        op.drop_column("schedules", name)
