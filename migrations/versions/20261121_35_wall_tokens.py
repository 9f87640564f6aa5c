"""Links that show one dashboard on a screen."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_35_wall_tokens"
down_revision = "20261121_34_spoken"


def upgrade() -> None:
    op.create_table(
        "wall_tokens",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("dashboard_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name="ck_wall_tokens_name"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_wall_tokens_org_id_orgs"),
        sa.ForeignKeyConstraint(
            ["dashboard_id"], ["dashboards.id"], name="fk_wall_tokens_dashboard_id_dashboards"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_wall_tokens_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_wall_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_wall_tokens_token_hash"),
    )
    op.create_index("ix_wall_tokens_dashboard_id", "wall_tokens", ["dashboard_id"])


def downgrade() -> None:
    op.drop_table("wall_tokens")
