"""What may be written at a place in a statement: tables, columns, aliases, CTEs, from the stored catalog."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.datasources.catalog.find import Found, columns_of, schemas_of, search
from app.datasources.catalog.models import CatalogColumn, CatalogRelation
from app.datasources.catalog.scope import Scope, scope_at
from app.datasources.catalog.sources import Source
from app.datasources.catalog.words import in_text
from app.datasources.connectors.naming import qualified, quoted

MOST = 100
LONGEST_SQL = 40_000  # characters around the place that are looked at
USUAL_SCHEMAS = ("public", "main")


@dataclass(frozen=True, slots=True)
class Item:
    """`kind`: table, view, schema, column, alias or cte. `detail` stands beside the label, `about` below."""

    label: str
    insert: str
    kind: str
    detail: str = ""
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """In the order to be shown. `more`: ask again when more is typed."""

    items: Sequence[Item]
    more: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"items": [asdict(item) for item in self.items], "more": self.more}


def complete(session: Session, datasource_id: int, sql: str, offset: int) -> Completion:
    """For the place after `offset` characters."""
    begin = max(0, offset - LONGEST_SQL // 2)
    sql, offset = sql[begin : offset + LONGEST_SQL // 2], offset - begin
    if in_text(sql, offset):
        return Completion(())
    scope = scope_at(sql, offset)
    if scope.path:
        return _after_dot(session, datasource_id, scope)
    if scope.wants == "relations":
        return _relations(session, datasource_id, scope)
    return _columns(session, datasource_id, scope)


def _after_dot(session: Session, datasource_id: int, scope: Scope) -> Completion:
    """Columns of an alias or a table; tables of a schema."""
    name = scope.path[-1].lower()
    schema = scope.path[-2].lower() if len(scope.path) > 1 else None
    for source in scope.sources:
        if source.alias.lower() == name and (schema is None or (source.schema or "").lower() == schema):
            return Completion(list(_begun(_columns_of(session, datasource_id, source), scope.prefix)))
    if schema is not None:
        return Completion(())
    found = _search(session, datasource_id, f"{name}.{scope.prefix}")
    inside = [each for each in found.relations if each.schema.lower() == name]
    return Completion([_relation(each, quoted(each.name)) for each in inside], found.more)


def _relations(session: Session, datasource_id: int, scope: Scope) -> Completion:
    ctes = [Item(name, quoted(source.alias), "cte", "CTE") for name, source in scope.ctes.items()]
    schemas = [
        Item(each.name, quoted(each.name), "schema", f"schema of {each.relation_count:,}")
        for each in schemas_of(session, datasource_id)
    ]
    found = _search(session, datasource_id, scope.prefix)
    tables = [_relation(each, qualified(each.schema, each.name)) for each in found.relations]
    more = found.more or len(scope.prefix) < 2
    return Completion([*_begun(ctes, scope.prefix), *tables, *_begun(schemas, scope.prefix)], more)


def _search(session: Session, datasource_id: int, words: str) -> Found:
    """Names that begin so; only when there are none, those that hold it."""
    found = search(session, datasource_id, words, limit=MOST, parts=False)
    return found if found.relations else search(session, datasource_id, words, limit=MOST)


def _columns(session: Session, datasource_id: int, scope: Scope) -> Completion:
    """Columns of what is in FROM, and the aliases to write before a dot."""
    items: dict[str, Item] = {}
    for source in scope.sources:
        for item in _columns_of(session, datasource_id, source):
            items.setdefault(item.insert, item)
    aliases = [
        Item(source.alias, quoted(source.alias), "alias", source.name or "query")
        for source in scope.sources
        if source.alias
    ]
    found = [*_begun(items.values(), scope.prefix), *_begun(aliases, scope.prefix)]
    return Completion(found[: MOST * 5], len(found) > MOST * 5)


def _columns_of(session: Session, datasource_id: int, source: Source, depth: int = 0) -> list[Item]:
    found = [Item(name, quoted(name), "column", source.alias) for name in source.columns or ()]
    if depth < 8:
        for star in source.stars:
            found += _columns_of(session, datasource_id, star, depth + 1)
    relation = _look_up(session, datasource_id, source) if source.name else None
    if relation is not None:
        found += [_column(each, source.alias) for each in columns_of(session, relation)]
    return found


def _look_up(session: Session, datasource_id: int, source: Source) -> CatalogRelation | None:
    """By its schema, or in the schema that is usual, or in the first that has it."""
    assert source.name is not None
    named = select(CatalogRelation).where(
        CatalogRelation.datasource_id == datasource_id, CatalogRelation.folded == source.name.lower()
    )
    if source.schema is not None:
        named = named.where(CatalogRelation.schema == source.schema)
    found = session.scalars(named.order_by(CatalogRelation.number).limit(MOST)).all()
    usual = [each for each in found if each.schema in USUAL_SCHEMAS]
    exact = [each for each in usual or found if each.name == source.name]
    return next(iter(exact or usual or found), None)


def _relation(relation: CatalogRelation, insert: str) -> Item:
    kind = "view" if "view" in relation.kind else "table"
    detail = f"{relation.kind} in {relation.schema}"
    return Item(relation.name, insert, kind, detail, relation.comment)


def _column(column: CatalogColumn, alias: str) -> Item:
    return Item(column.name, quoted(column.name), "column", f"{column.type}, {alias}", column.comment)


def _begun(items: Iterable[Item], prefix: str) -> Iterable[Item]:
    """Those that hold what is typed, the ones that begin with it first."""
    wanted = prefix.lower()
    held = [item for item in items if wanted in item.label.lower()]
    return sorted(held, key=lambda item: not item.label.lower().startswith(wanted))
