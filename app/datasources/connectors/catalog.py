"""What a source holds, as a connector tells it: relations with their columns, and one relation's keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class RelationKind(StrEnum):
    """What can be read by its name."""

    TABLE = "table"
    PARTITION = "partition"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    FOREIGN_TABLE = "foreign table"


@dataclass(frozen=True, slots=True)
class RelationColumn:
    """`type` is the source's own word for it."""

    name: str
    type: str
    nullable: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or the like, with the columns that may be read. `row_estimate` is the source's own, or None."""

    schema: str
    name: str
    kind: RelationKind
    columns: tuple[RelationColumn, ...] = ()
    comment: str | None = None
    row_estimate: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key, unique or foreign key; `definition` in the source's words."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class RelationIndex:
    """`definition` in the source's words, such as `btree (carrier, day)`."""

    name: str
    definition: str
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """What is asked of a relation only when somebody wants to know."""

    keys: tuple[Key, ...] = ()
    indexes: tuple[RelationIndex, ...] = ()


class Catalogued(Protocol):
    """The part of a connector that tells what its source holds. Raises ConnectorError."""

    def relations(self, timeout_s: float) -> Iterator[Relation]:
        """All that the connection may read, by schema and name, streamed."""
        ...

    def details(self, schema: str, name: str, timeout_s: float) -> Details:
        """Keys and indexes of one relation; empty when there is none."""
        ...
