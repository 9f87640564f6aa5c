"""What people have written and not saved yet."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_19_drafts"
down_revision = "20261121_18_run_parts"


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("query_id", sa.BigInteger(), nullable=True),
        sa.Column("based_on", sa.BigInteger(), nullable=True),
        sa.Column("datasource_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sql", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_drafts_org_id_orgs"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_drafts_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["query_id"], ["queries.id"], name="fk_drafts_query_id_queries", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["datasource_id"], ["datasources.id"], name="fk_drafts_datasource_id_datasources"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_index("uq_drafts_user_id_query_id", "drafts", ["user_id", "query_id"], unique=True)
    op.create_index(
        "uq_drafts_unnamed",
        "drafts",
        ["user_id", "org_id"],
        unique=True,
        postgresql_where=sa.text("query_id is null"),
    )


def downgrade() -> None:
    op.drop_table("drafts")
