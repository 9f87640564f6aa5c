"""Evidence reports of runs."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_7_evidence"
down_revision = "20261121_6_cancellations"


def upgrade() -> None:
    op.create_table(
        "evidence_reports",
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("generated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("diagnostics", sa.Text(), nullable=False),
        sa.CheckConstraint("body_hash ~ '^sha256:[0-9a-f]{64}$'", name="ck_evidence_reports_body_hash"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_evidence_reports_org_id_orgs"),
        sa.PrimaryKeyConstraint("org_id", "run_id", name="pk_evidence_reports"),
    )


def downgrade() -> None:
    op.drop_table("evidence_reports")
