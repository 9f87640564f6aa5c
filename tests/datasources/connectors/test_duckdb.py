"""DuckDB files: which may be opened, what is said of those that may not, and a run from end to end."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from app.accounts.allow import Actor
from app.core import db, runtime
from app.core.errors import Invalid
from app.datasources.connection import connector_class
from app.datasources.connectors import registry
from app.datasources.connectors.base import ConnectorError, FailureReason, Limits
from app.datasources.connectors.duckdb.connector import DuckDBConnector
from app.datasources.create import create_datasource
from app.runs.results import window
from tests.datasources.connectors.reading import LIMITS, read, statement
from tests.makers import run_now


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.setattr(runtime, "_settings", SimpleNamespace(duckdb_folder=str(inside)))
    for file in (inside / "shop.duckdb", tmp_path / "secret.duckdb", inside / "memory.duckdb"):
        with duckdb.connect(str(file)) as owner:
            owner.execute("create table orders as select i, 'order ' || i as name from range(1, 30001) t(i)")
    (inside / "notes.txt").write_text("not a database, but long enough to be looked at\n" * 500)
    (inside / "link.duckdb").symlink_to(tmp_path / "secret.duckdb")
    (inside / "circle.duckdb").symlink_to(inside / "circle.duckdb")
    (inside / "alias.duckdb").symlink_to(inside / "shop.duckdb")
    return inside


@pytest.mark.parametrize(
    "path", ["shop.duckdb", "alias.duckdb", " shop.duckdb ", "./shop.duckdb", "memory.duckdb"]
)
def test_a_file_in_the_folder_is_read(path: str, folder: Path) -> None:
    connector = DuckDBConnector({"path": path})
    assert connector.check().ok
    assert read(connector, "select count(*) from orders").rows == [(30_000,)]
    assert DuckDBConnector({"path": str(folder / path.strip())}).check().ok


@pytest.mark.parametrize(
    ("fields", "problem", "field"),
    [
        ({"path": "../secret.duckdb"}, "invalid", "path"),
        ({"path": "link.duckdb"}, "invalid", "path"),
        ({"path": "/etc/passwd"}, "invalid", "path"),
        ({"path": "/etc/nothing"}, "no_such_database", "path"),
        ({"path": "circle.duckdb"}, "no_such_database", "path"),
        ({"path": "none.duckdb"}, "no_such_database", "path"),
        ({"path": "."}, "no_such_database", "path"),
        ({"path": "notes.txt"}, "invalid", "path"),
        ({"path": "md:mine"}, "no_such_database", "path"),
        ({"path": "a\0b"}, "invalid", "path"),
        ({"path": " "}, "missing_field", "path"),
        ({"path": "shop.duckdb", "memory_mb": "1"}, "invalid", "memory_mb"),
        ({"path": "shop.duckdb", "threads": "99"}, "invalid", "threads"),
        ({"path": "shop.duckdb", "threads": "many"}, "invalid", "threads"),
    ],
)
def test_what_is_wrong_is_named_and_so_is_its_field(
    fields: dict[str, str], problem: str, field: str, folder: Path
) -> None:
    connector = DuckDBConnector(fields)
    check = connector.check()
    assert (check.ok, check.problem, check.field) == (False, problem, field)
    with pytest.raises(ConnectorError) as failed:
        read(connector, "select 1")
    assert failed.value.reason is FailureReason.UNREACHABLE


def test_without_a_folder_files_are_refused_and_memory_is_not(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(runtime, "_settings", SimpleNamespace(duckdb_folder=""))
    assert "PLUMB_DUCKDB_FOLDER" in DuckDBConnector({"path": str(folder / "shop.duckdb")}).check().message
    connector = DuckDBConnector({"path": ":memory:"})
    assert connector.check().ok
    assert read(connector, "select sum(i)::int from range(5) t(i)").rows == [(10,)]
    with pytest.raises(ConnectorError):
        read(connector, "create table t (a int)")


_HOLD = """
import duckdb, sys
held = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "reads")
held.execute("select 1")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(("how", "works"), [("reads", True), ("writes", False)])
def test_a_file_is_shared_with_readers_and_not_with_a_writer(how: str, works: bool, folder: Path) -> None:
    file = folder / "shop.duckdb"
    command = [sys.executable, "-c", _HOLD, str(file), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline() == b"held\n"
        check = DuckDBConnector({"path": file.name}).check()
        assert other.stdin
        other.stdin.close()
    assert (check.ok, check.problem) == ((True, None) if works else (False, "unreachable"))


def test_what_does_not_fit_in_memory_is_too_large_and_leaves_no_file(folder: Path) -> None:
    connector = DuckDBConnector({"path": "shop.duckdb", "memory_mb": "64"})
    before = sorted(folder.iterdir())
    with pytest.raises(ConnectorError) as failed:
        read(
            connector, "select i, list(i) from range(30000000) t(i) group by i", limits=Limits(20, 10, 10**6)
        )
    assert failed.value.reason is FailureReason.TOO_LARGE
    assert sorted(folder.iterdir()) == before


def test_an_error_points_at_its_place_with_duckdbs_hint(folder: Path) -> None:
    with pytest.raises(ConnectorError) as failed:
        read(DuckDBConnector({"path": "shop.duckdb"}), "select 'ü' as a, nam from orders")
    assert failed.value.position and failed.value.position.offset == 17
    assert failed.value.hint and "name" in failed.value.hint


def test_a_new_file_in_the_place_of_the_old_is_seen_by_the_next_run(folder: Path) -> None:
    connector = DuckDBConnector({"path": "shop.duckdb"})
    with connector.execute(statement("select i from orders"), LIMITS) as execution:
        first = next(execution.batches())
        with duckdb.connect(str(folder / "new.duckdb")) as owner:
            owner.execute("create table orders as select 7 as i")
        (folder / "new.duckdb").rename(folder / "shop.duckdb")
        assert read(connector, "select i from orders").rows == [(7,)]
    assert first.num_rows == 10_000


def test_a_run_of_duckdb_goes_from_queued_to_rows(dana: Actor, settings, tmp_path, monkeypatch) -> None:
    place = tmp_path / "shop.duckdb"
    with duckdb.connect(str(place)) as owner:
        owner.execute("create table orders as select i::int i, i / 2 half, [i] l from range(1, 30001) t(i)")
    monkeypatch.setattr(runtime, "_settings", replace(settings, duckdb_folder=str(tmp_path)))
    with db.transaction() as session:
        source = create_datasource(session, dana, kind="duckdb", name="Shop", connection={"path": place.name})

    run = run_now(dana, source, "select * from orders where i > {{ least }} order by i", {"least": 10})

    assert (run.state, run.row_count, run.truncated_by) == ("succeeded", 29_990, None)
    with db.new_session() as session:
        assert window(session, run, 0, 2) == [[11, 5.5, "[11]"], [12, 6.0, "[12]"]]
        assert window(session, run, 29_989, 5) == [[30000, 15000.0, "[30000]"]]

    wrong = run_now(dana, source, "select {{ a }}, nope from orders", {"a": 1})
    assert (wrong.state, wrong.failure_reason, wrong.failure_position) == ("failed", "syntax", 17)


def test_the_form_of_a_new_datasource_offers_the_kind_and_draws_its_fields(browse, dana: Actor) -> None:
    assert "kind=duckdb" in browse(dana).get("/datasources/new").text
    page = browse(dana).get("/datasources/new?kind=duckdb").text
    for name in ("path", "memory_mb", "threads"):
        assert f'name="{name}"' in page
    assert 'name="host"' not in page


def test_a_datasource_is_made_by_the_form_and_shown(
    browse, dana: Actor, folder: Path, settings, monkeypatch
) -> None:
    monkeypatch.setattr(runtime, "_settings", replace(settings, duckdb_folder=str(folder)))
    sent = {"kind": "duckdb", "name": "Shop", "path": "shop.duckdb", "memory_mb": "256", "threads": "1"}
    answer = browse(dana).post("/datasources", sent)
    assert answer.status_code == 303, answer.text
    assert "shop.duckdb" in browse(dana).get("/datasources").text
    refused = browse(dana).post("/datasources", sent | {"name": "Other", "path": "../secret.duckdb"})
    assert (refused.status_code, "must lie in the folder" in refused.text) == (422, True)


def test_where_duckdb_is_not_installed_the_kind_is_left_out_and_the_rest_works(monkeypatch) -> None:
    for name in [name for name in sys.modules if "duckdb" in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    registry.connector_class.cache_clear()
    try:
        assert "duckdb" not in registry.kinds() and "postgres" in registry.kinds()
        with pytest.raises(registry.UnknownKind, match=r"pip install 'plumbline\[duckdb\]'"):
            registry.connector_for("duckdb", {})
        with pytest.raises(Invalid) as invalid:
            connector_class("duckdb")
        assert "plumbline[duckdb]" in invalid.value.fields["kind"]
    finally:
        registry.connector_class.cache_clear()
