"""Comparisons of a run with the one that was made again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_17_comparisons"
down_revision = "20261121_16_parameters"


def upgrade() -> None:
    op.create_table(
        "comparisons",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("differing_rows", sa.BigInteger(), nullable=True),
        sa.Column("reordered", sa.Boolean(), nullable=True),
        sa.Column("differing_columns", postgresql.ARRAY(sa.Integer()), nullable=True),
        sa.Column("first_row", sa.BigInteger(), nullable=True),
        sa.Column("first_column", sa.Integer(), nullable=True),
        sa.Column("first_value", sa.Text(), nullable=True),
        sa.Column("other_value", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "compared_at is not null or (differing_rows is null and problem is null)",
            name="ck_comparisons_compared",
        ),
        sa.CheckConstraint(
            "compared_at is null or (differing_rows is null) = (problem is not null)",
            name="ck_comparisons_outcome",
        ),
        sa.CheckConstraint("run_id <> other_id", name="ck_comparisons_two"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_comparisons_org_id_orgs"),
        sa.ForeignKeyConstraint(
            ["other_id"], ["runs.id"], name="fk_comparisons_other_id_runs", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name="fk_comparisons_requested_by_users"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_comparisons_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "other_id", name="pk_comparisons"),
    )
    op.create_index("ix_comparisons_other_id", "comparisons", ["other_id"])


def downgrade() -> None:
    op.drop_table("comparisons")
