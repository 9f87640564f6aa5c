"""What an org decides for all of its people: its calendar, its numbers, limits, slots and hosts."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_37_house"
down_revision = "20261121_36_members"

LIMITS = {"run_timeout_s": sa.Integer(), "run_max_rows": sa.BigInteger(), "run_max_bytes": sa.BigInteger()}


def upgrade() -> None:
    op.add_column("orgs", sa.Column("first_weekday", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("orgs", sa.Column("number_format", sa.Text(), server_default="comma", nullable=False))
    for name, kind in LIMITS.items():
        op.add_column("orgs", sa.Column(name, kind, nullable=True))
        op.create_check_constraint(f"ck_orgs_{name}", "orgs", f"{name} > 0")
    op.add_column("orgs", sa.Column("datasource_slots", sa.Integer(), nullable=True))
    op.add_column("orgs", sa.Column("allowed_hosts", sa.ARRAY(sa.Text()), nullable=True))
    op.create_check_constraint("ck_orgs_first_weekday", "orgs", "first_weekday in (0, 5, 6)")
    op.create_check_constraint(
        "ck_orgs_number_format", "orgs", "number_format in ('comma', 'point', 'space', 'apostrophe')"
    )
    op.create_check_constraint("ck_orgs_datasource_slots", "orgs", "datasource_slots between 1 and 1000")
    op.add_column("datasources", sa.Column("connection_mark", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("datasources", "connection_mark")
    names = ("allowed_hosts", "datasource_slots", *reversed(LIMITS), "number_format", "first_weekday")
    for name in names:
        op.drop_column("orgs", name)
