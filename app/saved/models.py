"""What the tables of saved things and of their versions have in common."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.accounts.models import User
from app.core.clock import now
from app.core.db import Numbered


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


def word(model: type[Saved]) -> str:
    """What one of these is called in sentences, addresses and audit entries: `query`."""
    return model.__name__.lower()
