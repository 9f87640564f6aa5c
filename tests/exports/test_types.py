"""Every type through every format: what arrives is what Postgres prints."""

import csv
import io
import json
from typing import Any

import orjson
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.evidence.file import verify_file
from tests.datasources.connectors.reading import printed_by_server
from tests.datasources.connectors.test_types import ZOO
from tests.makers import run_now

MADE_BY_OTHER_TESTS = {"mood", "price", "nickname", "pair", "hstore", "citext", "ltree", "vector", "xml"}
TYPES = [name for name in ZOO if name not in MADE_BY_OTHER_TESTS]


def zoo_sql() -> str:
    """One statement with a column for each type, shorter ones filled with NULL."""
    lists = [f"unnest(array[{', '.join(map(_literal, ZOO[name]))}])" for name in TYPES]
    shown = [f"v{place}::{name} as t{place}" for place, name in enumerate(TYPES)]
    names = ", ".join(f"v{place}" for place in range(len(TYPES)))
    return f"select {', '.join(shown)} from rows from ({', '.join(lists)}) u({names})"


def _literal(text: str) -> str:
    return psycopg.sql.Literal(text).as_string(None)


@pytest.fixture
def zoo(alice, source):
    run = run_now(alice, source, zoo_sql())
    assert run.state == "succeeded", run.failure_message
    return run


@pytest.fixture
def shown(source_url) -> list[tuple[str | None, ...]]:
    return printed_by_server(source_url, zoo_sql())


def same(name: str, ours: str | None, theirs: str | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    if name == "bool":
        return ours == {"t": "true", "f": "false"}[theirs]
    if name.startswith("float"):
        return ours == theirs or float(ours) == float(theirs)
    return ours == theirs


def compare(rows: list[list[str | None]], shown: list[tuple[str | None, ...]]) -> None:
    assert len(rows) == len(shown)
    for ours, theirs in zip(rows, shown, strict=True):
        assert [
            (name, one, other)
            for name, one, other in zip(TYPES, ours, theirs, strict=True)
            if not same(name, one, other)
        ] == []


@pytest.mark.parametrize(("format", "separator"), [("csv", ","), ("tsv", "\t")])
def test_delimited(browse, alice, zoo, shown, format, separator):
    answer = browse(alice).get(f"/runs/{zoo.id}/export.{format}?formulas=keep")
    assert answer.status_code == 200
    head, *rows = csv.reader(io.StringIO(answer.text, newline=""), delimiter=separator)
    assert head == [f"t{place}" for place in range(len(TYPES))]
    texts = [[value or None for value in row] for row in rows]
    compare(texts, [tuple(value or None for value in row) for row in shown])


@pytest.mark.parametrize("format", ["json", "ndjson"])
def test_objects(browse, alice, zoo, shown, format):
    content = browse(alice).get(f"/runs/{zoo.id}/export.{format}").data
    objects = orjson.loads(content) if format == "json" else [*map(orjson.loads, content.splitlines())]
    compare([[_text(value) for value in each.values()] for each in objects], shown)
    rows = browse(alice).api("GET", f"/v1/runs/{zoo.id}/rows").json["rows"]
    assert [list(each.values()) for each in objects] == rows, "as the API has them"


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("format", ["parquet", "arrow"])
def test_a_typed_file_verifies_against_the_evidence(browse, alice, zoo, tmp_path, format):
    result, evidence = tmp_path / f"result.{format}", tmp_path / "evidence.json"
    result.write_bytes(browse(alice).get(f"/runs/{zoo.id}/export.{format}").data)
    evidence.write_bytes(browse(alice).api("GET", f"/v1/runs/{zoo.id}/evidence").data)
    assert verify_file(result, evidence).passed
    schema = pq.read_schema(result) if format == "parquet" else pa.ipc.open_file(result).schema
    assert orjson.loads(schema.metadata[b"plumbline.evidence"]) == orjson.loads(evidence.read_bytes())
    assert schema.metadata[b"plumbline.run"] == str(zoo.id).encode()
