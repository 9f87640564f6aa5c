"""Saved reports with versions, favourites and answers; and who looked at which dashboard."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_32_saved_reports"
down_revision = "20261121_31_draft_fields"

TIME = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger()


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("org_id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("latest", NUMBER, nullable=False),
        sa.Column("created_by", NUMBER, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("archived_at", TIME, nullable=True),
        sa.CheckConstraint("name <> ''", name="ck_reports_name"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_reports_org_id_orgs"),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_reports_created_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    op.create_index("ix_reports_org_id_changed_at", "reports", ["org_id", "changed_at"])
    op.create_table(
        "report_versions",
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("saved_by", NUMBER, nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.Column("report_id", NUMBER, nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("question", postgresql.JSONB(), nullable=False),
        sa.Column("chart", sa.Text(), nullable=False),
        sa.CheckConstraint("chart in ('none', 'line', 'area', 'bar')", name="ck_report_versions_chart"),
        sa.ForeignKeyConstraint(["saved_by"], ["users.id"], name="fk_report_versions_saved_by_users"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_report_versions_report_id_reports"),
        sa.PrimaryKeyConstraint("id", name="pk_report_versions"),
        sa.UniqueConstraint("report_id", "number", name="uq_report_versions_report_id_number"),
    )
    for table, other, others in (
        ("report_tags", "tag_id", "tags"),
        ("report_favourites", "user_id", "users"),
    ):
        cascade = "CASCADE" if others == "users" else None
        op.create_table(
            table,
            sa.Column("report_id", NUMBER, nullable=False),
            sa.Column(other, NUMBER, nullable=False),
            sa.ForeignKeyConstraint(
                ["report_id"], ["reports.id"], name=f"fk_{table}_report_id_reports", ondelete="CASCADE"
            ),
            sa.ForeignKeyConstraint(
                [other], [f"{others}.id"], name=f"fk_{table}_{other}_{others}", ondelete=cascade
            ),
            sa.PrimaryKeyConstraint("report_id", other, name=f"pk_{table}"),
        )
    op.create_index("ix_report_tags_tag_id", "report_tags", ["tag_id"])
    op.create_table(
        "report_answers",
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("org_id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("asked_by", NUMBER, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("range_from", TIME, nullable=False),
        sa.Column("range_to", TIME, nullable=False),
        sa.Column("as_of", TIME, nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.CheckConstraint("body_hash ~ '^sha256:[0-9a-f]{64}$'", name="ck_report_answers_body_hash"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_report_answers_org_id_orgs"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["report_versions.id"], name="fk_report_answers_version_id_report_versions"
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name="fk_report_answers_asked_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_report_answers"),
    )
    op.create_index("ix_report_answers_version_id_id", "report_answers", ["version_id", "id"])
    op.create_index("ix_report_answers_asked_at", "report_answers", ["asked_at"])
    op.create_table(
        "dashboard_views",
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("org_id", NUMBER, nullable=False),
        sa.Column("dashboard_id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("viewed_at", TIME, nullable=False),
        sa.Column("on_wall", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dashboard_views"),
    )
    op.create_table(
        "dashboard_view_facts",
        sa.Column("org_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("occurred_at", TIME, nullable=False),
        sa.Column("dashboard_id", NUMBER, nullable=True),
        sa.Column("dashboard", sa.Text(), nullable=True),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("on_wall", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("org_id", "source_key", name="pk_dashboard_view_facts"),
    )
    op.create_index(
        "ix_dashboard_view_facts_org_id_occurred_at", "dashboard_view_facts", ["org_id", "occurred_at"]
    )


def downgrade() -> None:
    for name in (
        "dashboard_view_facts",
        "dashboard_views",
        "report_answers",
        "report_favourites",
        "report_tags",
        "report_versions",
        "reports",
    ):
        op.drop_table(name)
