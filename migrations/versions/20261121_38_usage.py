"""What the pages of usage and of the audit log walk along."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_38_usage"
down_revision = "20261121_37_house"

AUDIT = {
    "ix_audit_entries_of_action": ["org_id", "action", "id"],
    "ix_audit_entries_of_actor": ["org_id", "actor_name", "id"],
    "ix_audit_entries_of_resource": ["org_id", "resource_type", "resource_id", "id"],
}
HELD = [
    "id",
    "requested_by",
    "query_version_id",
    "datasource_id",
    "state",
    "started_at",
    "row_count",
    "byte_count",
]


def upgrade() -> None:
    for name, columns in AUDIT.items():
        op.create_index(name, "audit_entries", columns)
    op.create_index(
        "ix_runs_usage",
        "runs",
        ["org_id", "finished_at"],
        postgresql_include=HELD,
        postgresql_where=sa.text("finished_at is not null"),
    )
    op.create_index("ix_dashboard_views_of_dashboard", "dashboard_views", ["dashboard_id", "viewed_at"])


def downgrade() -> None:
    op.drop_index("ix_dashboard_views_of_dashboard", "dashboard_views")
    op.drop_index("ix_runs_usage", "runs")
    for name in AUDIT:
        op.drop_index(name, "audit_entries")
