"""Orgs, people, and the ways in which they prove who they are."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.core.db import Base, Numbered


class Role(StrEnum):
    """What a member may do: a viewer looks and changes values, an editor writes SQL, an admin decides."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(needed)

    @property
    def phrase(self) -> str:
        """`a viewer`, `an admin`"""
        return f"{'an' if self[0] in 'aeiou' else 'a'} {self.value}"


class Org(Numbered, Base):
    """A tenant: every row that people make belongs to one."""

    __tablename__ = "orgs"
    __table_args__ = (
        CheckConstraint("result_days > 0", name="result_days"),
        CheckConstraint("newest_result_days > 0", name="newest_result_days"),
        CheckConstraint("schedule_minutes > 0", name="schedule_minutes"),
        CheckConstraint("run_timeout_s > 0", name="run_timeout_s"),
        CheckConstraint("run_max_rows > 0", name="run_max_rows"),
        CheckConstraint("run_max_bytes > 0", name="run_max_bytes"),
        CheckConstraint("first_weekday in (0, 5, 6)", name="first_weekday"),
        CheckConstraint("number_format in ('comma', 'point', 'space', 'apostrophe')", name="number_format"),
        CheckConstraint("datasource_slots between 1 and 1000", name="datasource_slots"),
    )

    name: Mapped[str] = mapped_column(Text, unique=True)
    result_days: Mapped[int | None] = mapped_column(Integer, doc="how long results are kept")
    newest_result_days: Mapped[int | None] = mapped_column(Integer, doc="and a query's newest, at least")
    schedule_minutes: Mapped[int | None] = mapped_column(
        Integer, doc="fewest minutes between due times of a schedule"
    )
    time_zone: Mapped[str] = mapped_column(Text, default="UTC", server_default="UTC")
    first_weekday: Mapped[int] = mapped_column(
        SmallInteger, default=0, server_default="0", doc="with which a week begins; Monday is 0"
    )
    number_format: Mapped[str] = mapped_column(Text, default="comma", server_default="comma")
    run_timeout_s: Mapped[int | None] = mapped_column(Integer, doc="the most that a run may take")
    run_max_rows: Mapped[int | None]
    run_max_bytes: Mapped[int | None]
    datasource_slots: Mapped[int | None] = mapped_column(
        Integer, doc="runs at once in a datasource that does not say otherwise"
    )
    allowed_hosts: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), doc="where datasources may be; null: anywhere that the installation allows"
    )
    created_at: Mapped[datetime] = mapped_column(default=now)


class User(Numbered, Base):
    """A person. `email` is stored in lower case."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]


class Membership(Base):
    """A person's role in an org. Sign-ins and tokens from before `proofs_after` do not open this org."""

    __tablename__ = "memberships"
    __table_args__ = (CheckConstraint("role in ('viewer', 'editor', 'admin')", name="role"),)

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]
    proofs_after: Mapped[datetime | None]
    seen_at: Mapped[datetime | None] = mapped_column(doc="when a sign-in last went on to another org")

    org: Mapped[Org] = relationship()
    user: Mapped[User] = relationship()


class SignIn(Numbered, Base):
    """One signed-in browser. The cookie holds a token, this row only its SHA-256."""

    __tablename__ = "sign_ins"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    browser: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiToken(Numbered, Base):
    """A bearer token of a person in an org, shown once; kept are its SHA-256 and its first characters."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_api_tokens_user_id_org_id", "user_id", "org_id"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    name: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
