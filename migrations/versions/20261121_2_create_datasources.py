"""Datasources."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_2_create_datasources"
down_revision = "20261121_1_create_accounts"


def upgrade() -> None:
    op.create_table(
        "datasources",
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed_connection", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.CheckConstraint("name <> ''", name="ck_datasources_name"),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_datasources_created_by_users"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_datasources_org_id_orgs"),
        sa.PrimaryKeyConstraint("id", name="pk_datasources"),
    )
    op.create_index(
        "uq_datasources_live_name",
        "datasources",
        ["org_id", "name"],
        unique=True,
        postgresql_where=sa.text("archived_at is null"),
    )


def downgrade() -> None:
    op.drop_table("datasources")
