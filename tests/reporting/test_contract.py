"""Every backend passes the contract, and gives the same rows for the same question over the same facts."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import db
from app.reporting.facts import FactBatch, SourceKey
from app.reporting.parquet import files
from app.reporting.parquet.files import Place
from app.reporting.parquet.query import ParquetBackend
from app.reporting.parquet.sink import ParquetSink
from app.reporting.postgres.query import PostgresBackend
from app.reporting.postgres.sink import PostgresSink
from app.reporting.words import Bucket, Kind, Op
from tests.objects import BUCKET, object_store
from tests.reporting.asking import fact, runs
from tests.reporting.contract import ACME, Contract, asked

ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"]


def in_postgres(deed):
    with db.transaction() as session:
        return deed(PostgresSink(session))


class TestPostgres(Contract):
    @pytest.fixture
    def backend(self, app):
        return PostgresBackend()

    @pytest.fixture
    def keep(self, app):
        return in_postgres


class TestParquetInAFolder(Contract):
    @pytest.fixture
    def place(self, installed, tmp_path):
        return Place(str(tmp_path))

    @pytest.fixture
    def backend(self, place):
        return ParquetBackend(place)

    @pytest.fixture
    def keep(self, place):
        return lambda deed: deed(ParquetSink(place))

    def test_a_full_file_is_followed_by_another_and_a_source_stays_where_it_is(self, put, place, monkeypatch):
        monkeypatch.setattr("app.reporting.parquet.sink.FULL", 3)
        for n in range(7):
            put(fact(n, 1))
        put(fact(0, 1, state="failed"))
        (day,) = place.days(runs(), 1)
        rows = [place.read(path).num_rows for path in place.files(runs(), 1, day)]
        assert rows == [3, 3, 1]


def test_facts_in_s3_are_kept_replaced_and_asked_for_like_those_in_a_folder(installed, monkeypatch):
    with object_store() as store:
        for name, value in store.environment.items():
            monkeypatch.setenv(name, value)
        place = Place(f"s3://{BUCKET}/facts")
        sink, backend = ParquetSink(place), ParquetBackend(place)
        sink.upsert_facts(FactBatch(runs(), [fact(1, 1), fact(2, 1), fact(3, 1, timedelta(days=1))]))
        sink.upsert_facts(FactBatch(runs(), [fact(2, 1, state="failed")]))
        sink.supersede_source(runs(), SourceKey(1, "3"))
        found = backend.query(ACME, asked(ACME, dimensions=["state"], measures=["run_count"])).rows
        assert found == (("failed", 1), ("succeeded", 1))
        files = [key for key in store.keys() if key.endswith(".parquet")]  # noqa: SIM118
        assert files == ["facts/runs/org=1/day=2026-03-01/000001.parquet"]


@pytest.fixture
def both(app, tmp_path):
    """The two backends over the same facts: some 300 runs of two organisations."""
    dice = random.Random(7)
    made = [
        fact(
            n,
            dice.choice([1, 1, 1, 2]),
            timedelta(seconds=dice.randrange(31 * 86_400)),
            state=dice.choice(["succeeded", "failed", "lost", "cancelled"]),
            trigger=dice.choice(["person", "api", "schedule", None]),
            datasource=dice.choice(["Flights", "flights", "Äpfel", "", None]),
            datasource_id=dice.choice([1, 2, 3]),
            person_id=dice.choice([1, 2, None]),
            duration_ms=dice.choice([None, 0, 3, 3, 1_000, dice.randrange(10**9)]),
            result_rows=dice.choice([None, 1, 2**60]),
        )
        for n in range(300)
    ]
    in_postgres(lambda sink: sink.upsert_facts(FactBatch(runs(), made)))
    ParquetSink(Place(str(tmp_path))).upsert_facts(FactBatch(runs(), made))
    return PostgresBackend(), ParquetBackend(Place(str(tmp_path)))


def values(kind: Kind) -> st.SearchStrategy[Any]:
    if kind is Kind.INTEGER:
        return st.sampled_from([0, 1, 2, 3, 1_000, -5, 2**62]) | st.integers(-10, 10**9)
    return st.sampled_from(["failed", "lost", "person", "Flights", "Äpfel", "", "z"]) | st.text(
        "aZä'%$", max_size=3
    )


@st.composite
def filters(draw):
    field = draw(st.sampled_from(list(runs().fields())))
    op = draw(st.sampled_from(list(Op)))
    one = values(field.kind)
    given_value = draw(st.lists(one, min_size=1, max_size=3)) if op is Op.IN else draw(one)
    return {"field": field.name, "op": op, "value": given_value}


@st.composite
def questions(draw):
    dimensions = [bucket.value for bucket in Bucket] + [each.name for each in runs().dimensions]
    chosen = draw(st.lists(st.sampled_from(dimensions), max_size=3, unique=True))
    measures = [each.name for each in runs().measures]
    counted = draw(st.lists(st.sampled_from(measures), max_size=4, unique=True))
    order = [{"dimension": name} for name in chosen] + [{"measure": name} for name in counted]
    way = st.sampled_from(["asc", "desc"])
    return {
        "dimensions": chosen,
        "measures": counted,
        "filters": draw(st.lists(filters(), max_size=2)),
        "order_by": [
            {**each, "direction": draw(way)}
            for each in (draw(st.lists(st.sampled_from(order), max_size=2)) if order else [])
        ],
        "limit": draw(st.integers(1, 50)),
        "time_zone": draw(st.sampled_from(ZONES)),
        "time_range": {
            "from": f"2026-03-0{draw(st.integers(1, 9))}T00:00:00Z",
            "to": f"2026-03-{draw(st.integers(10, 31))}T12:30:00+05:30",
        },
    }


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=questions())
def test_both_backends_answer_every_question_with_equal_rows(both, question):
    postgres, parquet = both
    understood = asked(ACME, **question)
    assert parquet.query(ACME, understood).rows == postgres.query(ACME, understood).rows


def test_a_file_is_never_seen_half_written(tmp_path):
    place = Place(str(tmp_path))
    ParquetSink(place).upsert_facts(FactBatch(runs(), [fact(1, 1)]))
    names = [file.name for file in tmp_path.rglob("*") if file.is_file()]
    assert names == ["000001.parquet"]
    assert files.schema_of(runs()).names[:3] == ["org_id", "source_key", "occurred_at"]
