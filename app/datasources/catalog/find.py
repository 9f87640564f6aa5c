"""Looking things up in a stored catalog: by place, by name, by part of a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.datasources.catalog.models import Catalog, CatalogColumn, CatalogRelation, CatalogSchema

PAGE = 200
MOST_FOUND = 100
LONGEST_SEARCH = 200
_DESCRIBED = (CatalogColumn.name, CatalogColumn.type, CatalogColumn.nullable, CatalogColumn.comment)


@dataclass(frozen=True, slots=True)
class Found:
    """Relations, and whether there are more than were asked for."""

    relations: Sequence[CatalogRelation]
    more: bool


class FoundColumn(NamedTuple):
    schema: str
    relation: str
    name: str
    type: str
    nullable: bool
    comment: str | None


class Described(NamedTuple):
    """A column without its place."""

    name: str
    type: str
    nullable: bool
    comment: str | None


def catalog_of(session: Session, datasource_id: int) -> Catalog | None:
    return session.get(Catalog, datasource_id)


def schemas_of(session: Session, datasource_id: int) -> Sequence[CatalogSchema]:
    return session.scalars(
        select(CatalogSchema).where(CatalogSchema.datasource_id == datasource_id).order_by(CatalogSchema.name)
    ).all()


def relations_in(session: Session, datasource_id: int, schema: str, *, after: int = 0) -> Found:
    """A schema's relations by name, a page at a time, from the one numbered `after` on."""
    rows = session.scalars(
        select(CatalogRelation)
        .where(
            CatalogRelation.datasource_id == datasource_id,
            CatalogRelation.schema == schema.replace("\0", ""),
            CatalogRelation.number > after,
        )
        .order_by(CatalogRelation.number)
        .limit(PAGE + 1)
    ).all()
    return Found(rows[:PAGE], len(rows) > PAGE)


def find_relation(session: Session, datasource_id: int, schema: str, name: str) -> CatalogRelation | None:
    return session.scalar(
        select(CatalogRelation).where(
            CatalogRelation.datasource_id == datasource_id,
            CatalogRelation.folded == name.replace("\0", "").lower(),
            CatalogRelation.schema == schema.replace("\0", ""),
            CatalogRelation.name == name.replace("\0", ""),
        )
    )


def columns_of(session: Session, relation: CatalogRelation) -> Sequence[CatalogColumn]:
    return session.scalars(
        select(CatalogColumn)
        .where(
            CatalogColumn.datasource_id == relation.datasource_id, CatalogColumn.relation == relation.number
        )
        .order_by(CatalogColumn.position)
    ).all()


def columns_by_number(session: Session, relations: Sequence[CatalogRelation]) -> dict[int, list[Described]]:
    """Of several relations of one datasource, in one statement; as plain rows, which may be thousands."""
    found: dict[int, list[Described]] = {each.number: [] for each in relations}
    if relations:
        rows = session.execute(
            select(CatalogColumn.relation, *_DESCRIBED)
            .where(CatalogColumn.datasource_id == relations[0].datasource_id)
            .where(CatalogColumn.relation.in_(found))
            .order_by(CatalogColumn.relation, CatalogColumn.position)
        )
        for number, name, type, nullable, comment in rows:
            found[number].append(Described(name, type, nullable, comment))
    return found


def search(
    session: Session, datasource_id: int, words: str, *, limit: int = MOST_FOUND, parts: bool = True
) -> Found:
    """Relations whose name begins with `words`, then those that hold each of them anywhere.

    `sales.ord` looks for `ord` in schemas that begin with `sales`. Beginnings are found by the index; the
    rest (`parts`) looks at every name of this datasource, some 20 ms for 100,000 of them.
    """
    schema, _, name = words.replace("\0", "").strip().lower()[:LONGEST_SEARCH].rpartition(".")
    of = [CatalogRelation.datasource_id == datasource_id]
    if schema:
        of.append(CatalogRelation.schema.istartswith(schema, autoescape=True))
    begins = _begins(CatalogRelation.folded, name)
    found = list(_look(session, [*of, begins], limit + 1))
    if parts and len(found) <= limit and name:
        holds = [CatalogRelation.folded.contains(word, autoescape=True) for word in name.split()]
        found += _look(session, [*of, *holds, ~begins], limit + 1 - len(found))
    return Found(found[:limit], len(found) > limit)


def search_columns(
    session: Session, datasource_id: int, words: str, *, limit: int = MOST_FOUND
) -> Sequence[FoundColumn]:
    """Columns whose name begins with `words`, by name; after `table.` those of tables that begin so.

    Both are answered by an index, however many columns there are. A catalog that was last read by a release
    which did not keep this finds none.
    """
    *place, name = words.replace("\0", "").strip().lower()[:LONGEST_SEARCH].split(".")
    if not name and not place:
        return ()
    found = (
        select(CatalogRelation.schema, CatalogRelation.name.label("relation"), *_DESCRIBED)
        .join(
            CatalogColumn,
            and_(
                CatalogColumn.datasource_id == CatalogRelation.datasource_id,
                CatalogColumn.relation == CatalogRelation.number,
            ),
        )
        .where(CatalogRelation.datasource_id == datasource_id, _begins(CatalogColumn.folded, name))
    )
    if place:
        found = found.where(_begins(CatalogRelation.folded, place[-1]))
        found = found.order_by(CatalogRelation.folded, CatalogRelation.number, CatalogColumn.position)
    else:
        found = found.where(CatalogColumn.datasource_id == datasource_id)
        found = found.order_by(CatalogColumn.folded, CatalogColumn.relation)
    if len(place) > 1:
        found = found.where(func.lower(CatalogRelation.schema) == place[-2])
    return [FoundColumn(*row) for row in session.execute(found.limit(limit))]


def _begins(folded: Any, name: str) -> ColumnElement[bool]:
    """As a range, which the index answers whatever the plan; U+10FFFF comes after all other characters."""
    return and_(folded >= name, folded < name + "\U0010ffff")


def _look(
    session: Session, conditions: Sequence[ColumnElement[bool]], limit: int
) -> Sequence[CatalogRelation]:
    return session.scalars(
        select(CatalogRelation).where(*conditions).order_by(CatalogRelation.folded).limit(limit)
    ).all()
