"""Notices to people, and messages on their way by mail and webhook."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_28_notices"
down_revision = "20261121_27_strays"


def _time(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _key(table: str, column: str, to: str, **more: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", **more)


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        _number("org_id"),
        _number("user_id"),
        _text("kind"),
        _text("tone"),
        _text("title"),
        _text("text"),
        _text("path"),
        _time("created_at", nullable=False),
        _time("read_at"),
        sa.CheckConstraint("tone in ('danger', 'success', 'info')", name="ck_notices_tone"),
        _key("notices", "org_id", "orgs"),
        _key("notices", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index("ix_notices_of_user", "notices", ["user_id", "org_id", "id"])
    op.create_index(
        "ix_notices_unread", "notices", ["user_id", "org_id"], postgresql_where=sa.text("read_at is null")
    )
    op.create_index("ix_notices_created_at", "notices", ["created_at"])
    op.create_table(
        "webhooks",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        _number("org_id"),
        _text("url"),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        _number("created_by"),
        _time("created_at", nullable=False),
        _key("webhooks", "org_id", "orgs"),
        _key("webhooks", "created_by", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        sa.UniqueConstraint("org_id", name="uq_webhooks_org_id"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        _number("org_id"),
        _text("channel"),
        _number("webhook_id", nullable=True),
        _text("recipient"),
        _text("subject"),
        _text("body"),
        _time("created_at", nullable=False),
        _time("try_at", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        _time("sent_at"),
        _time("dropped_at"),
        _text("error", nullable=True),
        sa.CheckConstraint("channel in ('mail', 'webhook')", name="ck_deliveries_channel"),
        sa.CheckConstraint("(channel = 'webhook') = (webhook_id is not null)", name="ck_deliveries_webhook"),
        sa.CheckConstraint("sent_at is null or dropped_at is null", name="ck_deliveries_settled"),
        _key("deliveries", "org_id", "orgs"),
        _key("deliveries", "webhook_id", "webhooks", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["try_at"],
        postgresql_where=sa.text("sent_at is null and dropped_at is null"),
    )
    op.create_index("ix_deliveries_org_id_id", "deliveries", ["org_id", "id"])
    op.create_index("ix_deliveries_created_at", "deliveries", ["created_at"])
    op.create_table(
        "notice_choices",
        _number("org_id"),
        _number("user_id"),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        _key("notice_choices", "org_id", "orgs"),
        _key("notice_choices", "user_id", "users"),
        sa.PrimaryKeyConstraint("org_id", "user_id", name="pk_notice_choices"),
    )


def downgrade() -> None:
    for name in ("notice_choices", "deliveries", "webhooks", "notices"):
        op.drop_table(name)
