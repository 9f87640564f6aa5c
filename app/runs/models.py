"""One execution of one statement, and what it returned."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.clock import now
from app.core.db import Base, Numbered
from app.datasources.models import Datasource
from app.queries.models import QueryVersion

DATASET = "runs"  # of reports: facts of every settled run


class RunState(StrEnum):
    """queued -> running -> one of the final states, or queued -> cancelled. The only truth about a run."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    LOST = "lost"

    @property
    def settled(self) -> bool:
        return self not in (RunState.QUEUED, RunState.RUNNING)


class Trigger(StrEnum):
    """What started a run."""

    PERSON = "person"
    API = "api"
    SCHEDULE = "schedule"


USED = ["id", "requested_by", "query_version_id", "datasource_id", "state", "started_at"]


class Run(Numbered, Base):
    """The exact SQL, its limits, its state and times, and how it ended. State and times agree by CHECK."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint(
            "state in ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out', 'lost')",
            name="state",
        ),
        CheckConstraint("(state in ('queued', 'running')) = (finished_at is null)", name="finished"),
        CheckConstraint(
            "case state when 'queued' then started_at is null when 'cancelled' then true"
            " else started_at is not null end",
            name="started",
        ),
        CheckConstraint("started_at is null or beat_at is not null", name="beat"),
        CheckConstraint("(state = 'succeeded') = (row_count is not null)", name="row_count"),
        CheckConstraint("(state = 'succeeded') = (byte_count is not null)", name="byte_count"),
        CheckConstraint("truncated_by is null or state = 'succeeded'", name="truncated"),
        CheckConstraint("truncated_by in ('rows', 'bytes')", name="truncated_by"),
        CheckConstraint(
            "(state in ('failed', 'timed_out', 'lost')) = (failure_reason is not null)", name="failure"
        ),
        CheckConstraint("trigger in ('person', 'api', 'schedule')", name="trigger"),
        CheckConstraint("result_deleted_at is null or state = 'succeeded'", name="result_deleted"),
        Index("ix_runs_org_id_id", "org_id", "id"),
        Index(
            "ix_runs_result_kept",
            "finished_at",
            postgresql_where=text("state = 'succeeded' and result_deleted_at is null"),
        ),
        Index("ix_runs_version_id_id", "query_version_id", "id"),
        CheckConstraint("max_stale_ms >= 0", name="max_stale_ms"),
        CheckConstraint("cache_status in ('miss', 'bypassed', 'unavailable')", name="cache_status"),
        CheckConstraint("watermark_column is null or watermark_sql is null", name="watermark"),
        CheckConstraint("explain in ('plan', 'analyze')", name="explain"),
        CheckConstraint("(part_offset is null) = (part_line is null)", name="part"),
        Index("ix_runs_question_id", "question", "id"),
        Index("ix_runs_spoken_id", "spoken", "id", postgresql_where=text("spoken is not null")),
        Index("ix_runs_unsettled", "state", "queued_at", postgresql_where=text("finished_at is null")),
        Index(
            "ix_runs_waiting",
            "datasource_id",
            "requested_by",
            "trigger",
            "id",
            postgresql_where=text("state = 'queued'"),
        ),
        Index("ix_runs_of_org", "org_id", "queued_at", "id"),  # these: what `runs/history` walks along
        Index("ix_runs_of_requester", "org_id", "requested_by", "queued_at", "id"),
        Index("ix_runs_of_datasource", "datasource_id", "queued_at", "id"),
        Index("ix_runs_of_version", "query_version_id", "queued_at", "id"),
        Index(
            *("ix_runs_usage", "org_id", "finished_at"),  # all that usage is counted from, once it is settled
            postgresql_include=[*USED, "row_count", "byte_count"],
            postgresql_where=text("finished_at is not null"),
        ),
        Index(
            "ix_runs_without_success",
            *("org_id", "state", "queued_at", "id"),
            postgresql_where=text("state <> 'succeeded'"),
        ),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    datasource_id: Mapped[int] = mapped_column(ForeignKey("datasources.id"))
    query_version_id: Mapped[int | None] = mapped_column(ForeignKey("query_versions.id"))
    requested_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    trigger: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=RunState.QUEUED)
    sql: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str | None] = mapped_column(Text, doc="in which values were read, if any needed one")
    timeout_s: Mapped[int] = mapped_column(Integer)
    max_rows: Mapped[int]
    max_bytes: Mapped[int]
    question: Mapped[bytes | None] = mapped_column(LargeBinary, doc="the same for equal runs, 32 bytes")
    spoken: Mapped[bytes | None] = mapped_column(LargeBinary, doc="the same for equal words, 32 bytes")
    max_stale_ms: Mapped[int | None] = mapped_column(doc="how old an answer was allowed; NULL: consistent")
    cache_status: Mapped[str | None] = mapped_column(Text)
    watermark_column: Mapped[str | None] = mapped_column(Text)
    watermark_sql: Mapped[str | None] = mapped_column(Text)
    explain: Mapped[str | None] = mapped_column(Text, doc="`plan` or `analyze`: the result is a plan")
    part_offset: Mapped[int | None] = mapped_column(Integer, doc="characters before `sql` in the text")
    part_line: Mapped[int | None] = mapped_column(Integer, doc="line of the text at which `sql` begins")
    queued_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(Text, doc="who claimed it: host, process and a nonce")
    attempt: Mapped[int] = mapped_column(
        Integer, default=1, server_default="1", doc="one more each time that a worker handed it back"
    )
    row_count: Mapped[int | None]
    byte_count: Mapped[int | None] = mapped_column(doc="raw bytes of column data")
    truncated_by: Mapped[str | None] = mapped_column(Text)
    events_up_to: Mapped[str | None] = mapped_column(Text, doc="what the watermark found, RFC 3339 or text")
    events_reason: Mapped[str | None] = mapped_column(Text, doc="why the watermark found nothing")
    trace: Mapped[str | None] = mapped_column(Text, doc="the request that asked for it, as a traceparent")
    result_deleted_at: Mapped[datetime | None] = mapped_column(doc="when the result had expired")
    failure_reason: Mapped[str | None] = mapped_column(Text)
    failure_message: Mapped[str | None] = mapped_column(Text)
    failure_hint: Mapped[str | None] = mapped_column(Text)
    failure_position: Mapped[int | None] = mapped_column(Integer, doc="from 1, in characters of `sql`")

    datasource: Mapped[Datasource] = relationship(lazy="raise")
    version: Mapped[QueryVersion | None] = relationship(lazy="raise")
    requester: Mapped[User] = relationship(lazy="raise")
    values: Mapped[list["RunValue"]] = relationship(order_by="RunValue.position", lazy="raise")
    columns: Mapped[list["ResultColumn"]] = relationship(order_by="ResultColumn.position", lazy="raise")

    # What a run's JSON says of the rows beside it; `find_shown` has them without these objects.
    @property
    def query_id(self) -> int | None:
        return self.version.query_id if self.version else None

    @property
    def query_number(self) -> int | None:
        return self.version.number if self.version else None

    @property
    def requester_email(self) -> str:
        return self.requester.email

    @property
    def datasource_slots(self) -> int | None:
        return self.datasource.slots

    @property
    def given(self) -> list[tuple[str, str, str | None, str | None]]:
        """Name, kind, canonical text and words of each value."""
        return [(value.name, value.kind, value.value, value.words) for value in self.values]


class RunValue(Base):
    """A value as it was bound. A range is two rows, `period.start` and `period.end`; `words`: how said."""

    __tablename__ = "run_values"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)
    words: Mapped[str | None] = mapped_column(Text)


class ResultColumn(Base):
    """A column of a succeeded run's result; `type` in the source's words, `kind` as `ColumnKind`."""

    __tablename__ = "result_columns"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)


class ResultChunk(Base):
    """Consecutive rows of a result: an Arrow IPC stream of one batch in one zstandard frame.

    Either the bytes themselves, or where they are: a range of one object of an upload.
    """

    __tablename__ = "result_chunks"
    __table_args__ = (
        CheckConstraint(
            "(data is null) = (upload_id is not null and object is not null and byte_from is not null"
            " and byte_size is not null)",
            name="place",
        ),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    first_row: Mapped[int] = mapped_column(primary_key=True)
    row_count: Mapped[int] = mapped_column(Integer)
    raw_bytes: Mapped[int] = mapped_column(Integer)
    data: Mapped[bytes | None] = mapped_column(LargeBinary)
    upload_id: Mapped[int | None] = mapped_column(doc="of `result_uploads`")
    object: Mapped[int | None] = mapped_column(Integer)
    byte_from: Mapped[int | None] = mapped_column(Integer)
    byte_size: Mapped[int | None] = mapped_column(Integer)


class Cancellation(Base):
    """The wish that a run stop. `sent_at`: the database was told; `stopped_at`: the run had stopped."""

    __tablename__ = "cancellations"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    requested_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]


class Stray(Base):
    """A lost run whose query may still run in its datasource, at the longest until `ends_at`."""

    __tablename__ = "run_strays"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    tries: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    look_at: Mapped[datetime]
    ends_at: Mapped[datetime]
