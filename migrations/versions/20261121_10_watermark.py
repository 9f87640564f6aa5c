"""How far a query's events had come: what declares it, and what each run found."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_10_watermark"
down_revision = "20261121_9_slots"


def upgrade() -> None:
    for table in ("query_versions", "runs"):
        op.add_column(table, sa.Column("watermark_column", sa.Text(), nullable=True))
        op.add_column(table, sa.Column("watermark_sql", sa.Text(), nullable=True))
        op.create_check_constraint(
            f"ck_{table}_watermark", table, "watermark_column is null or watermark_sql is null"
        )
    op.add_column("runs", sa.Column("events_up_to", sa.Text(), nullable=True))
    op.add_column("runs", sa.Column("events_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "events_reason")
    op.drop_column("runs", "events_up_to")
    for table in ("runs", "query_versions"):
        op.drop_constraint(f"ck_{table}_watermark", table)
        op.drop_column(table, "watermark_sql")
        op.drop_column(table, "watermark_column")
