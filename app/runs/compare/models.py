"""A run beside the one that was made to compare with it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Base


class Comparison(Base):
    """What the hashes of both tell is worked out when somebody looks; what only the values tell is kept here.

    `compared_at` is set once the values were compared; `problem` says why they could not be.
    """

    __tablename__ = "comparisons"
    __table_args__ = (
        CheckConstraint("run_id <> other_id", name="two"),
        CheckConstraint(
            "compared_at is not null or (differing_rows is null and problem is null)", name="compared"
        ),
        CheckConstraint(
            "compared_at is null or (differing_rows is null) = (problem is not null)", name="outcome"
        ),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    requested_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime] = mapped_column(default=now)
    compared_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(Text)
    differing_rows: Mapped[int | None] = mapped_column(doc="place by place; the longer one's rest counts")
    reordered: Mapped[bool | None] = mapped_column(doc="the same rows, in another order")
    differing_columns: Mapped[list[int] | None] = mapped_column(ARRAY(Integer), doc="positions, from 0")
    first_row: Mapped[int | None] = mapped_column(doc="from 0")
    first_column: Mapped[int | None] = mapped_column(Integer, doc="NULL: only one of both has this row")
    first_value: Mapped[str | None] = mapped_column(Text)
    other_value: Mapped[str | None] = mapped_column(Text)
