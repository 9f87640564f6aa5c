"""Queries, their versions and parameters."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_3_create_queries"
down_revision = "20261121_2_create_datasources"


def upgrade() -> None:
    op.create_table(
        "queries",
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("latest", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.CheckConstraint("name <> ''", name="ck_queries_name"),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_queries_created_by_users"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_queries_org_id_orgs"),
        sa.PrimaryKeyConstraint("id", name="pk_queries"),
    )
    op.create_index("ix_queries_org_id_changed_at", "queries", ["org_id", "changed_at"], unique=False)
    op.create_table(
        "query_versions",
        sa.Column("query_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("datasource_id", sa.BigInteger(), nullable=False),
        sa.Column("sql", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(
            ["datasource_id"], ["datasources.id"], name="fk_query_versions_datasource_id_datasources"
        ),
        sa.ForeignKeyConstraint(["query_id"], ["queries.id"], name="fk_query_versions_query_id_queries"),
        sa.ForeignKeyConstraint(["saved_by"], ["users.id"], name="fk_query_versions_saved_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_query_versions"),
        sa.UniqueConstraint("query_id", "number", name="uq_query_versions_query_id_number"),
    )
    op.create_index("ix_query_versions_datasource_id", "query_versions", ["datasource_id"], unique=False)
    op.create_table(
        "parameters",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("default", sa.Text(), nullable=True),
        sa.Column("default_end", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind in ('text', 'integer', 'decimal', 'boolean', 'date', 'timestamp', 'date_range')",
            name="ck_parameters_kind",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["query_versions.id"], name="fk_parameters_version_id_query_versions"
        ),
        sa.PrimaryKeyConstraint("version_id", "name", name="pk_parameters"),
    )


def downgrade() -> None:
    op.drop_table("parameters")
    op.drop_table("query_versions")
    op.drop_table("queries")
