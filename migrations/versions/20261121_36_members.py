"""Memberships that rest, and links that invite people."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_36_members"
down_revision = "20261121_35_wall_tokens"


def upgrade() -> None:
    moments = ("disabled_at", "proofs_after", "seen_at")
    for name in moments:
        op.add_column("memberships", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "invites",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('viewer', 'editor', 'admin')", name="ck_invites_role"),
        sa.CheckConstraint("email = lower(email)", name="ck_invites_email_lower"),
        sa.CheckConstraint("(accepted_at is null) = (accepted_by is null)", name="ck_invites_accepted"),
        sa.CheckConstraint("accepted_at is null or revoked_at is null", name="ck_invites_ended_once"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_invites_org_id_orgs"),
        sa.ForeignKeyConstraint(["invited_by"], ["users.id"], name="fk_invites_invited_by_users"),
        sa.ForeignKeyConstraint(["accepted_by"], ["users.id"], name="fk_invites_accepted_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
        sa.UniqueConstraint("token_hash", name="uq_invites_token_hash"),
    )
    op.create_index("ix_invites_org_id_id", "invites", ["org_id", "id"])


def downgrade() -> None:
    op.drop_table("invites")
    for name in ("seen_at", "proofs_after", "disabled_at"):
        op.drop_column("memberships", name)
