"""Dashboards, their versions and tiles."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_20_create_dashboards"
down_revision = "20261121_19_drafts"


def upgrade() -> None:
    op.create_table(
        "dashboards",
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("latest", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.CheckConstraint("name <> ''", name="ck_dashboards_name"),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_dashboards_created_by_users"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_dashboards_org_id_orgs"),
        sa.PrimaryKeyConstraint("id", name="pk_dashboards"),
    )
    op.create_index("ix_dashboards_org_id_changed_at", "dashboards", ["org_id", "changed_at"])
    op.create_table(
        "dashboard_versions",
        sa.Column("dashboard_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("saved_by", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dashboard_id"], ["dashboards.id"], name="fk_dashboard_versions_dashboard_id_dashboards"
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["users.id"], name="fk_dashboard_versions_saved_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_dashboard_versions"),
        sa.UniqueConstraint("dashboard_id", "number", name="uq_dashboard_versions_dashboard_id_number"),
    )
    op.create_table(
        "tiles",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("x", sa.SmallInteger(), nullable=False),
        sa.Column("y", sa.SmallInteger(), nullable=False),
        sa.Column("w", sa.SmallInteger(), nullable=False),
        sa.Column("h", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("visualization_id", sa.BigInteger(), nullable=True),
        sa.Column("max_stale_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind in ('visualization', 'text', 'section')", name="ck_tiles_kind"),
        sa.CheckConstraint(
            "kind = 'visualization' or visualization_id is null", name="ck_tiles_visualization"
        ),
        sa.CheckConstraint("(kind = 'visualization') = (text is null)", name="ck_tiles_text"),
        sa.CheckConstraint("x >= 0 and w >= 1 and x + w <= 12 and y >= 0 and h >= 1", name="ck_tiles_place"),
        sa.CheckConstraint("max_stale_ms >= 0", name="ck_tiles_max_stale_ms"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["dashboard_versions.id"], name="fk_tiles_version_id_dashboard_versions"
        ),
        sa.ForeignKeyConstraint(
            ["visualization_id"],
            ["visualizations.id"],
            name="fk_tiles_visualization_id_visualizations",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("version_id", "number", name="pk_tiles"),
    )
    op.create_index("ix_tiles_visualization_id", "tiles", ["visualization_id"])


def downgrade() -> None:
    op.drop_table("tiles")
    op.drop_table("dashboard_versions")
    op.drop_table("dashboards")
