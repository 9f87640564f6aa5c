"""What datasources hold: schemas, relations, columns."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_11_catalogs"
down_revision = "20261121_10_watermark"


def upgrade() -> None:
    op.create_table(
        "catalogs",
        sa.Column("datasource_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("relation_count", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'reading', 'ready', 'failed')", name="ck_catalogs_state"),
        sa.CheckConstraint("(state = 'failed') = (error is not null)", name="ck_catalogs_error"),
        sa.CheckConstraint("state <> 'ready' or refreshed_at is not null", name="ck_catalogs_refreshed"),
        sa.ForeignKeyConstraint(
            ["datasource_id"],
            ["datasources.id"],
            name="fk_catalogs_datasource_id_datasources",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("datasource_id", name="pk_catalogs"),
    )
    op.create_table(
        "catalog_schemas",
        sa.Column("datasource_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("relation_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["datasource_id"],
            ["catalogs.datasource_id"],
            name="fk_catalog_schemas_datasource_id_catalogs",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("datasource_id", "name", name="pk_catalog_schemas"),
    )
    op.create_table(
        "catalog_relations",
        sa.Column("datasource_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("schema", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("row_estimate", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["datasource_id"],
            ["catalogs.datasource_id"],
            name="fk_catalog_relations_datasource_id_catalogs",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("datasource_id", "number", name="pk_catalog_relations"),
    )
    op.create_index("ix_catalog_relations_folded", "catalog_relations", ["datasource_id", "folded"])
    op.create_index("ix_catalog_relations_schema", "catalog_relations", ["datasource_id", "schema", "number"])
    op.create_table(
        "catalog_columns",
        sa.Column("datasource_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("relation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("nullable", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("datasource_id", "relation", "position", name="pk_catalog_columns"),
    )


def downgrade() -> None:
    for table in ("catalog_columns", "catalog_relations", "catalog_schemas", "catalogs"):
        op.drop_table(table)
