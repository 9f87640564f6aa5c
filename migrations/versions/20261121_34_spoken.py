"""What runs asked in words: `last 7 days` is the same question whenever it is read."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_34_spoken"
down_revision = "20261121_33_bindings"


def upgrade() -> None:
    op.add_column("runs", sa.Column("spoken", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_runs_spoken_id", "runs", ["spoken", "id"], postgresql_where=sa.text("spoken is not null")
    )


def downgrade() -> None:
    op.drop_index("ix_runs_spoken_id", "runs")
    op.drop_column("runs", "spoken")
