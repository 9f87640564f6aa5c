"""Tags of queries and dashboards, and what each person keeps at hand."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_29_tags"
down_revision = "20261121_28_notices"
THINGS = (("query", "queries"), ("dashboard", "dashboards"))


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.CheckConstraint("name <> ''", name="ck_tags_name"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_tags_org_id_orgs"),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        sa.UniqueConstraint("org_id", "name", name="uq_tags_org_id_name"),
    )
    for one, many in THINGS:
        op.create_table(
            f"{one}_tags",
            *_of(one, many, f"{one}_tags"),
            sa.Column("tag_id", sa.BigInteger(), nullable=False),
            sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=f"fk_{one}_tags_tag_id_tags"),
            sa.PrimaryKeyConstraint(f"{one}_id", "tag_id", name=f"pk_{one}_tags"),
        )
        op.create_index(f"ix_{one}_tags_tag_id", f"{one}_tags", ["tag_id"])
        table = f"{one}_favourites"
        op.create_table(
            table,
            *_of(one, many, table),
            sa.Column("user_id", sa.BigInteger(), nullable=False),
            sa.ForeignKeyConstraint(
                ["user_id"], ["users.id"], name=f"fk_{table}_user_id_users", ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint(f"{one}_id", "user_id", name=f"pk_{table}"),
        )


def downgrade() -> None:
    for one, _ in THINGS:
        op.drop_table(f"{one}_favourites")
        op.drop_table(f"{one}_tags")
    op.drop_table("tags")


def _of(one: str, many: str, table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    return sa.Column(f"{one}_id", sa.BigInteger(), nullable=False), sa.ForeignKeyConstraint(
        [f"{one}_id"], [f"{many}.id"], name=f"fk_{table}_{one}_id_{many}", ondelete="CASCADE"
    )
