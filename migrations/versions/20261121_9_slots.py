"""How many runs a datasource takes at once, and an index over the line that waits for a slot."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_9_slots"
down_revision = "20261121_8_freshness"


def upgrade() -> None:
    op.add_column("datasources", sa.Column("slots", sa.Integer(), nullable=True))
    op.create_check_constraint("ck_datasources_slots", "datasources", "slots between 1 and 1000")
    op.create_index(
        "ix_runs_waiting",
        "runs",
        ["datasource_id", "requested_by", "trigger", "id"],
        postgresql_where=sa.text("state = 'queued'"),
    )


def downgrade() -> None:
    op.drop_index("ix_runs_waiting", "runs")
    op.drop_constraint("ck_datasources_slots", "datasources")
    op.drop_column("datasources", "slots")
