"""Facts for reports, and the outbox that they come through."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_24_reporting"
down_revision = "20261121_23_create_telemetry"

TEXT, NUMBER, TRUTH = sa.Text(), sa.BigInteger(), sa.Boolean()
FACTS = {
    "run_facts": {
        "run_id": NUMBER,
        "state": TEXT,
        "trigger": TEXT,
        "failure_reason": TEXT,
        "truncated_by": TEXT,
        "datasource_id": NUMBER,
        "datasource": TEXT,
        "datasource_kind": TEXT,
        "query_id": NUMBER,
        "query": TEXT,
        "person_id": NUMBER,
        "person": TEXT,
        "waited_ms": NUMBER,
        "duration_ms": NUMBER,
        "result_rows": NUMBER,
        "result_bytes": NUMBER,
    },
    "refresh_facts": {
        "outcome": TEXT,
        "by_hand": TRUTH,
        "schedule_id": NUMBER,
        "query_id": NUMBER,
        "query": TEXT,
        "run_id": NUMBER,
        "late_ms": NUMBER,
    },
    "sign_in_facts": {"person_id": NUMBER, "person": TEXT, "browser": TEXT},
}


def upgrade() -> None:
    op.create_table(
        "report_outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column(
            "left_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("(claimed_at is null) = (claimed_by is null)", name="ck_report_outbox_claimed"),
        sa.PrimaryKeyConstraint("id", name="pk_report_outbox"),
    )
    op.create_table(
        "report_backfills",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missing_only", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reached", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("written", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'done', 'failed')", name="ck_report_backfills_state"),
        sa.CheckConstraint(
            "(state = 'waiting') = (finished_at is null)", name="ck_report_backfills_finished"
        ),
        sa.CheckConstraint("since < until", name="ck_report_backfills_span"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_report_backfills_org_id_orgs"),
        sa.PrimaryKeyConstraint("id", name="pk_report_backfills"),
    )
    for name, columns in FACTS.items():
        op.create_table(
            name,
            sa.Column("org_id", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("source_key", sa.Text(), nullable=False),
            sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
            *(sa.Column(column, kind, nullable=True) for column, kind in columns.items()),
            sa.PrimaryKeyConstraint("org_id", "source_key", name=f"pk_{name}"),
        )
        op.create_index(f"ix_{name}_org_id_occurred_at", name, ["org_id", "occurred_at"])


def downgrade() -> None:
    for name in FACTS:
        op.drop_table(name)
    op.drop_table("report_backfills")
    op.drop_table("report_outbox")
