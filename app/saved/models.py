"""What the tables of saved things have in common: of the things, of their versions, tags and favourites."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.accounts.models import User
from app.core.clock import now
from app.core.db import Base, Numbered


class Saved(Numbered):
    """A thing with a name; what it says stands in its newest version."""

    __tablename__: str

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    latest: Mapped[int] = mapped_column(default=1, doc="number of the newest version")
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]


class SavedVersion(Numbered):
    """What a save left: never changed afterwards. `query_id` or the like says whose it is."""

    number: Mapped[int]
    saved_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    saved_at: Mapped[datetime] = mapped_column(default=now)

    @declared_attr
    def author(self) -> Mapped[User]:
        return relationship(lazy="raise")


class Tag(Numbered, Base):
    """A word of the org's, as `tags.normal` writes it."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("org_id", "name"), CheckConstraint("name <> ''", name="name"))

    org_id: Mapped[int] = mapped_column(ForeignKey("orgs.id"))
    name: Mapped[str] = mapped_column(Text)


class OfThing:
    """A row about a saved thing, gone with it; `of` is the column's name and what it refers to."""

    of: ClassVar[tuple[str, str]]

    @declared_attr
    def thing_id(cls) -> Mapped[int]:
        column, key = cls.of
        return mapped_column(column, ForeignKey(key, ondelete="CASCADE"), primary_key=True)


class Tagging(OfThing):
    """That a thing bears a tag."""

    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True, index=True)


class Favourite(OfThing):
    """That somebody keeps a thing at hand."""

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)


@dataclass(frozen=True, slots=True)
class Sort:
    """The tables of one sort of saved things, and what these are called in sentences and addresses."""

    things: type[Saved]
    versions: type[SavedVersion]
    taggings: type[Tagging]
    favourites: type[Favourite]

    @property
    def one(self) -> str:
        return word(self.things)

    @property
    def many(self) -> str:
        return self.things.__tablename__


def word(model: type[Saved]) -> str:
    """What one of these is called: `query`."""
    return model.__name__.lower()
