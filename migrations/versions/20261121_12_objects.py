"""Chunks that point into objects, and the uploads that made these."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_12_objects"
down_revision = "20261121_11_catalogs"


def upgrade() -> None:
    op.create_table(
        "result_uploads",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.CheckConstraint("kept_at is null or dropped_at is null", name="ck_result_uploads_fate"),
        sa.PrimaryKeyConstraint("id", name="pk_result_uploads"),
    )
    op.create_index("ix_result_uploads_run_id", "result_uploads", ["run_id"])
    op.create_index(
        "ix_result_uploads_unkept",
        "result_uploads",
        ["began_at"],
        postgresql_where=sa.text("kept_at is null"),
    )
    op.alter_column("result_chunks", "data", nullable=True)
    op.add_column("result_chunks", sa.Column("upload_id", sa.BigInteger(), nullable=True))
    op.add_column("result_chunks", sa.Column("object", sa.Integer(), nullable=True))
    op.add_column("result_chunks", sa.Column("byte_from", sa.Integer(), nullable=True))
    op.add_column("result_chunks", sa.Column("byte_size", sa.Integer(), nullable=True))
    op.create_check_constraint(
        "ck_result_chunks_place",
        "result_chunks",
        "(data is null) = (upload_id is not null and object is not null and byte_from is not null"
        " and byte_size is not null)",
    )


def downgrade() -> None:
    # What lies in objects cannot be read without the pointers.
    op.execute("delete from result_chunks where data is null")
    op.drop_constraint("ck_result_chunks_place", "result_chunks")
    for name in ("byte_size", "byte_from", "object", "upload_id"):
        op.drop_column("result_chunks", name)
    op.alter_column("result_chunks", "data", nullable=False)
    op.drop_table("result_uploads")
