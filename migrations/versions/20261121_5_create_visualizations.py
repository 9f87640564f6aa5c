"""Visualizations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_5_create_visualizations"
down_revision = "20261121_4_create_runs"


def upgrade() -> None:
    op.create_table(
        "visualizations",
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("query_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.CheckConstraint("name <> ''", name="ck_visualizations_name"),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_visualizations_created_by_users"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_visualizations_org_id_orgs"),
        sa.ForeignKeyConstraint(["query_id"], ["queries.id"], name="fk_visualizations_query_id_queries"),
        sa.PrimaryKeyConstraint("id", name="pk_visualizations"),
    )
    op.create_index("ix_visualizations_query_id", "visualizations", ["query_id"], unique=False)


def downgrade() -> None:
    op.drop_table("visualizations")
