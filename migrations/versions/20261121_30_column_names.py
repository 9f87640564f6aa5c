"""Columns of a catalog are found by the beginning of their names. Filled when a datasource is read again."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_30_column_names"
down_revision = "20261121_29_tags"


def upgrade() -> None:
    op.add_column("catalog_columns", sa.Column("folded", sa.Text(collation="C"), nullable=True))
    op.create_index("ix_catalog_columns_folded", "catalog_columns", ["datasource_id", "folded"])


def downgrade() -> None:
    op.drop_index("ix_catalog_columns_folded", "catalog_columns")
    op.drop_column("catalog_columns", "folded")
