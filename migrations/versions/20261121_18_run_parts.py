"""Runs of a part of the editor's text, and runs whose result is a plan."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_18_run_parts"
down_revision = "20261121_17_comparisons"


def upgrade() -> None:
    op.add_column("runs", sa.Column("explain", sa.Text(), nullable=True))
    op.add_column("runs", sa.Column("part_offset", sa.Integer(), nullable=True))
    op.add_column("runs", sa.Column("part_line", sa.Integer(), nullable=True))
    op.create_check_constraint("ck_runs_explain", "runs", "explain in ('plan', 'analyze')")
    op.create_check_constraint("ck_runs_part", "runs", "(part_offset is null) = (part_line is null)")


def downgrade() -> None:
    for column in ("part_line", "part_offset", "explain"):
        op.drop_column("runs", column)
