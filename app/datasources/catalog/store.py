"""Replace what is stored of a datasource, in one transaction and a bounded amount of memory."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, insert

from app.datasources.catalog.models import CatalogColumn, CatalogRelation, CatalogSchema
from app.datasources.connectors.catalog import Relation

BATCH = 2000
LONGEST = 10_000  # characters kept of a comment

_COPY_RELATIONS = """
copy catalog_relations (datasource_id, number, schema, name, folded, kind, comment, row_estimate) from stdin
"""
_COPY_COLUMNS = """
copy catalog_columns (datasource_id, relation, position, name, folded, type, nullable, comment) from stdin
"""


def replace(connection: Connection, datasource_id: int, relations: Iterable[Relation]) -> int:
    """Store exactly these, read one by one; returns how many. The transaction is the caller's."""
    forget(connection, datasource_id)
    counted: Counter[str] = Counter()
    batch: list[tuple[int, Relation]] = []
    for number, relation in enumerate(relations, 1):
        counted[relation.schema] += 1
        batch.append((number, relation))
        if len(batch) == BATCH:
            _write(connection, datasource_id, batch)
            batch = []
    if batch:
        _write(connection, datasource_id, batch)
    if counted:
        connection.execute(
            insert(CatalogSchema),
            [
                {"datasource_id": datasource_id, "name": _clean(name), "relation_count": count}
                for name, count in counted.items()
            ],
        )
    return counted.total()


def forget(connection: Connection, datasource_id: int) -> None:
    for model in (CatalogColumn, CatalogRelation, CatalogSchema):
        connection.execute(delete(model).where(model.datasource_id == datasource_id))


def _write(connection: Connection, datasource_id: int, batch: list[tuple[int, Relation]]) -> None:
    _copy(
        connection,
        _COPY_RELATIONS,
        (
            (
                datasource_id,
                number,
                _clean(each.schema),
                _clean(each.name),
                _clean(each.name).lower(),
                each.kind.value,
                _shortened(each.comment),
                each.row_estimate,
            )
            for number, each in batch
        ),
    )
    _copy(
        connection,
        _COPY_COLUMNS,
        (
            (
                datasource_id,
                number,
                position,
                _clean(column.name),
                _clean(column.name).lower(),
                _clean(column.type),
                column.nullable,
                _shortened(column.comment),
            )
            for number, each in batch
            for position, column in enumerate(each.columns, 1)
        ),
    )


def _copy(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _clean(text: str) -> str:
    """As UTF-8 can hold it: names from a source of unknown encoding may carry half characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _shortened(comment: str | None) -> str | None:
    return _clean(comment[:LONGEST]) if comment else None
