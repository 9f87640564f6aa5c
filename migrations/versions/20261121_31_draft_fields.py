"""A draft keeps the other fields of its form too: parameters, their settings and values, the time zone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_31_draft_fields"
down_revision = "20261121_30_column_names"


def upgrade() -> None:
    op.add_column(
        "drafts",
        sa.Column("fields", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("drafts", "fields")
