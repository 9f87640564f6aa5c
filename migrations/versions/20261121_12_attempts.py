"""A worker that has to stop hands its run back: count how often."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_12_attempts"
down_revision = "20261121_11_catalogs"


def upgrade() -> None:
    op.add_column("runs", sa.Column("attempt", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    op.drop_column("runs", "attempt")
