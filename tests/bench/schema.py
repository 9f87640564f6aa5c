"""100,000 tables filtered and completed. `python -m tests.bench.schema`"""

import time

from sqlalchemy import text

from app.core import db
from app.datasources.catalog.refresh import ask_refresh
from app.datasources.catalog.store import replace
from app.datasources.connectors.catalog import Relation, RelationColumn, RelationKind
from app.datasources.models import Datasource
from tests.bench.stage import Stage, interleaved, report, stage

TABLES = 100_000
COLUMNS = tuple(RelationColumn(f"column_{n}", "bigint") for n in range(10))


def main() -> None:
    with stage() as ready:
        store_them(ready)
        look_up(ready)


def store_them(ready: Stage) -> None:
    made = (
        Relation(f"s{n // 1000:03}", f"table_{n:06}_{n * 7919 % 1000:03}", RelationKind.TABLE, COLUMNS)
        for n in range(TABLES)
    )
    with db.transaction() as session:
        ask_refresh(session, session.get_one(Datasource, ready.datasource_id))
    begun = time.perf_counter()
    with db.engine().begin() as connection:
        replace(connection, ready.datasource_id, made)
        connection.execute(text("analyze catalog_relations, catalog_columns"))
    report("catalog_store", time.perf_counter() - begun, "s", "100,000 tables and 1,000,000 columns stored")


def look_up(ready: Stage) -> None:
    base = f"/v1/datasources/{ready.datasource_id}"
    sql = "with c as (select 1 as one) select t. from s042.table_042042_598 t join c on true"
    places = {
        "completion_tables": ("select * from table_0420", 24),
        "completion_columns": (sql, sql.index("t.") + 2),
    }
    for name, (written, offset) in places.items():
        body = {"sql": written, "offset": offset}
        if not ready.call("POST", f"{base}/completions", body)["items"]:
            raise RuntimeError("nothing is completed")
        took, nothing, psql = interleaved(
            30,
            lambda body=body: _drop(ready.call("POST", f"{base}/completions", body)),  # type: ignore[misc]
            lambda: _drop(ready.call("GET", "/healthz")),
            lambda: ready.psql("select 1"),
        )
        report(name, (took - nothing) * 1000, "ms", "less an empty request; goal 50")
        report(f"{name}_ratio", took / psql, "x psql", "a whole `psql -c 'select 1'`")
    filters = {"filter_beginning": "table_0420", "filter_part": "42_598", "filter_nothing": "zebra"}
    for name, words in filters.items():
        path = f"{base}/catalog?q={words}"
        took, nothing = interleaved(
            20,
            lambda path=path: _drop(ready.call("GET", path)),  # type: ignore[misc]
            lambda: _drop(ready.call("GET", "/healthz")),
        )
        report(name, (took - nothing) * 1000, "ms", "of 100,000 names, with columns; goal 50")


def _drop(_: object) -> None:
    return None


if __name__ == "__main__":
    main()
