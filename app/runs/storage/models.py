"""Uploads: where results are in object storage. Their chunks are `runs.models.ResultChunk`."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Numbered


class ResultUpload(Numbered, Base):
    """A folder of objects for one run: `kept_at` once its result counts, `dropped_at` when they must go.

    Its run and the chunks that point here may be deleted before it: the objects are still there then.
    """

    __tablename__ = "result_uploads"
    __table_args__ = (
        CheckConstraint("kept_at is null or dropped_at is null", name="fate"),
        Index("ix_result_uploads_unkept", "began_at", postgresql_where=text("kept_at is null")),
    )

    run_id: Mapped[int] = mapped_column(index=True)
    worker: Mapped[str | None] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text, doc="s3://bucket/prefix")
    folder: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
