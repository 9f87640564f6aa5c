"""What each run asks, so that equal ones are found; how old an answer it would have taken."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_8_freshness"
down_revision = "20261121_7_evidence"


def upgrade() -> None:
    op.add_column("runs", sa.Column("question", sa.LargeBinary(), nullable=True))
    op.add_column("runs", sa.Column("max_stale_ms", sa.BigInteger(), nullable=True))
    op.add_column("runs", sa.Column("cache_status", sa.Text(), nullable=True))
    op.create_check_constraint("ck_runs_max_stale_ms", "runs", "max_stale_ms >= 0")
    op.create_check_constraint(
        "ck_runs_cache_status", "runs", "cache_status in ('miss', 'bypassed', 'unavailable')"
    )
    op.create_index("ix_runs_question_id", "runs", ["question", "id"])


def downgrade() -> None:
    op.drop_index("ix_runs_question_id", "runs")
    op.drop_constraint("ck_runs_cache_status", "runs")
    op.drop_constraint("ck_runs_max_stale_ms", "runs")
    op.drop_column("runs", "cache_status")
    op.drop_column("runs", "max_stale_ms")
    op.drop_column("runs", "question")
