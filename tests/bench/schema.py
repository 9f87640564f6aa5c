"""100,000 tables filtered and completed; what the editor's page weighs, and how soon one can type in it.

`python -m tests.bench.schema`
"""

import gzip
import re
import statistics
import time
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import text

from app.core import db
from app.datasources.catalog.refresh import ask_refresh
from app.datasources.catalog.store import replace
from app.datasources.connectors.catalog import Relation, RelationColumn, RelationKind
from app.datasources.models import Datasource
from tests.bench.stage import Stage, interleaved, report, stage
from tests.live import chromium
from tests.makers import PASSWORD

TABLES = 100_000
COLUMNS = tuple(RelationColumn(f"column_{n}", "bigint") for n in range(10))
ISLANDS = Path(__file__).parents[2] / "static" / "islands"
READY = "plumb-editor[data-editor=ready]"


def main() -> None:
    with stage() as ready:
        store_them(ready)
        look_up(ready)
        weigh(ready)
        until_typing(ready)


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


def weigh(ready: Stage) -> None:
    """Script on the wire, as the browser loads it, packed as it was built."""
    with sync_playwright() as playwright:
        page = _signed_in(playwright, ready)
        sizes: dict[str, int] = {}
        page.on("response", lambda answer: sizes.update({answer.url: _packed(answer)}))
        page.goto(f"{ready.installation.url}/queries/new")
        page.wait_for_selector(READY)
        page.wait_for_timeout(500)
        report("editor_page_script", sum(sizes.values()) / 1e6, "MB", "compressed; goal 1.2")


def until_typing(ready: Stage) -> None:
    with sync_playwright() as playwright:
        cold, warm = [], []
        for _ in range(5):
            page = _signed_in(playwright, ready)
            for found in (cold, warm, warm):
                page.goto(f"{ready.installation.url}/queries/new", wait_until="commit")
                page.wait_for_selector(READY)
                found.append(float(page.evaluate("performance.now()")))
            page.context.browser.close()
        report("editor_cold", statistics.median(cold), "ms", "navigation to typing, empty cache; goal 1000")
        report("editor_warm", statistics.median(warm), "ms", "with a warm cache; goal 400")


def _signed_in(playwright, ready: Stage):  # type: ignore[no-untyped-def]
    browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
    page = browser.new_page()
    page.goto(f"{ready.installation.url}/sign-in")
    page.get_by_label("E-mail").fill("dana@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{ready.installation.url}/")
    return page


def _packed(answer) -> int:  # type: ignore[no-untyped-def]
    """Bytes of a script as it was sent; 0 for all else."""
    if not re.search(r"\.js(\?|$)", answer.url):
        return 0
    name = answer.url.split("/islands/")[-1]
    packed = ISLANDS / f"{name}.br"
    return packed.stat().st_size if packed.exists() else len(gzip.compress(answer.body()))


def _drop(_: object) -> None:
    return None


if __name__ == "__main__":
    main()
