"""What lost runs left in their datasources, until nothing of it is found there."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_27_strays"
down_revision = "20261121_26_dash_schedules"


def upgrade() -> None:
    op.create_table(
        "run_strays",
        sa.Column("run_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_run_strays_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name="pk_run_strays"),
    )


def downgrade() -> None:
    op.drop_table("run_strays")
