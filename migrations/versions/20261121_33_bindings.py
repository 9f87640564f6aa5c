"""Where the parameters of a tile get their values, and how often a dashboard refreshes by itself."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_33_bindings"
down_revision = "20261121_32_saved_reports"


def upgrade() -> None:
    op.create_table(
        "tile_bindings",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("tile_number", sa.SmallInteger(), nullable=False),
        sa.Column("parameter", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.CheckConstraint("kind in ('shared', 'own', 'fixed')", name="ck_tile_bindings_kind"),
        sa.CheckConstraint("(kind = 'shared') = (name is not null)", name="ck_tile_bindings_name"),
        sa.CheckConstraint(
            "case kind when 'shared' then value is null when 'fixed' then value is not null else true end",
            name="ck_tile_bindings_value",
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "tile_number"],
            ["tiles.version_id", "tiles.number"],
            name="fk_tile_bindings_version_id_tiles",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "tile_number", "parameter", name="pk_tile_bindings"),
    )
    op.add_column("dashboards", sa.Column("refresh_s", sa.Integer(), nullable=True))
    op.create_check_constraint("ck_dashboards_refresh_s", "dashboards", "refresh_s between 10 and 86400")


def downgrade() -> None:
    op.drop_constraint("ck_dashboards_refresh_s", "dashboards")
    op.drop_column("dashboards", "refresh_s")
    op.drop_table("tile_bindings")
