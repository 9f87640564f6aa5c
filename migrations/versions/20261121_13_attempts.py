"""A worker that has to stop hands its run back: count how often."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_13_attempts"
down_revision = "20261121_12_objects"


def upgrade() -> None:
    op.add_column("runs", sa.Column("attempt", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    op.drop_column("runs", "attempt")
