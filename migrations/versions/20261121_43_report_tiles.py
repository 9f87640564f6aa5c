"""Saved reports on tiles, and since when a report is asked in vain."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_43_report_tiles"
down_revision = "20261121_38_usage"

KINDS = "kind in ('visualization', 'text', 'section')"
TEXT = "(kind = 'visualization') = (text is null)"
MORE_KINDS = "kind in ('visualization', 'report', 'text', 'section')"
MORE_TEXT = "(kind in ('visualization', 'report')) = (text is null)"


def upgrade() -> None:
    op.add_column("tiles", sa.Column("report_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_tiles_report_id_reports", "tiles", "reports", ["report_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index("ix_tiles_report_id", "tiles", ["report_id"])
    op.create_check_constraint("ck_tiles_report", "tiles", "kind = 'report' or report_id is null")
    _check(MORE_KINDS, MORE_TEXT)
    op.create_table(
        "report_failures",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["report_versions.id"],
            name="fk_report_failures_version_id_report_versions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", name="pk_report_failures"),
    )


def downgrade() -> None:
    op.drop_table("report_failures")
    op.execute("delete from tiles where kind = 'report'")
    _check(KINDS, TEXT)
    op.drop_constraint("ck_tiles_report", "tiles")
    op.drop_index("ix_tiles_report_id", "tiles")
    op.drop_column("tiles", "report_id")


def _check(kinds: str, text: str) -> None:
    for name, rule in (("ck_tiles_kind", kinds), ("ck_tiles_text", text)):
        op.drop_constraint(name, "tiles")
        op.create_check_constraint(name, "tiles", rule)
