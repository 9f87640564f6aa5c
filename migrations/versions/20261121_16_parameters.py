"""More kinds of parameters, their settings, zones, and the words in which a run's values were said."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_16_parameters"
down_revision = "20261121_15_retention"

BEFORE = "'text', 'integer', 'decimal', 'boolean', 'date', 'timestamp', 'date_range'"
AFTER = f"{BEFORE}, 'timestamp_range', 'choice', 'choices'"


def upgrade() -> None:
    op.drop_constraint("ck_parameters_kind", "parameters")
    op.create_check_constraint("ck_parameters_kind", "parameters", f"kind in ({AFTER})")
    op.add_column("parameters", sa.Column("label", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "parameters", sa.Column("required", sa.Boolean(), nullable=False, server_default=sa.text("true"))
    )
    op.add_column("parameters", sa.Column("pattern", sa.Text(), nullable=True))
    op.add_column("parameters", sa.Column("choice_type", sa.Text(), nullable=False, server_default="text"))
    for name in ("choice_values", "choice_labels"):
        op.add_column("parameters", sa.Column(name, sa.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.add_column("parameters", sa.Column("choices_from", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_parameters_choices_from_queries", "parameters", "queries", ["choices_from"], ["id"]
    )
    op.create_check_constraint(
        "ck_parameters_choices", "parameters", "cardinality(choice_values) = cardinality(choice_labels)"
    )
    op.add_column("query_versions", sa.Column("time_zone", sa.Text(), nullable=True))
    op.add_column("orgs", sa.Column("time_zone", sa.Text(), nullable=False, server_default="UTC"))
    op.add_column("runs", sa.Column("time_zone", sa.Text(), nullable=True))
    op.add_column("run_values", sa.Column("words", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("run_values", "words")
    op.drop_column("runs", "time_zone")
    op.drop_column("orgs", "time_zone")
    op.drop_column("query_versions", "time_zone")
    op.drop_constraint("ck_parameters_choices", "parameters")
    op.drop_constraint("fk_parameters_choices_from_queries", "parameters")
    for name in (
        "choices_from",
        "choice_labels",
        "choice_values",
        "choice_type",
        "pattern",
        "required",
        "label",
    ):
        op.drop_column("parameters", name)
    op.drop_constraint("ck_parameters_kind", "parameters")
    op.create_check_constraint("ck_parameters_kind", "parameters", f"kind in ({BEFORE})")
