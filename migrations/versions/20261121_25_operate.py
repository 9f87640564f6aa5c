"""A datasource can be paused; a run knows the request that asked for it."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_25_operate"
down_revision = "20261121_24_reporting"


def upgrade() -> None:
    op.add_column("datasources", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("datasources", sa.Column("paused_by", sa.BigInteger(), nullable=True))
    op.add_column("datasources", sa.Column("paused_reason", sa.Text(), nullable=True))
    op.create_foreign_key("fk_datasources_paused_by_users", "datasources", "users", ["paused_by"], ["id"])
    op.create_check_constraint(
        "ck_datasources_paused",
        "datasources",
        "(paused_at is null) = (paused_reason is null) and (paused_at is null) = (paused_by is null)",
    )
    op.add_column("runs", sa.Column("trace", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "trace")
    op.drop_constraint("ck_datasources_paused", "datasources")
    op.drop_column("datasources", "paused_reason")
    op.drop_column("datasources", "paused_by")
    op.drop_column("datasources", "paused_at")
