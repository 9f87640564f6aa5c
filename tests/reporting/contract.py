"""What every backend and its sink must do; each has a test class of its own that inherits from this one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.reporting.backend import ReportingProjectionSink, ReportingQueryBackend
from app.reporting.check import check
from app.reporting.facts import FactBatch, FactRecord, SourceKey
from app.reporting.question import ReportQuery
from app.reporting.scope import Scope
from tests.reporting.asking import A_MONTH, fact, runs

ACME, OTHER = Scope(1, True), Scope(2, True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def asked(scope: Scope, **question: Any) -> Any:
    return check(scope, ReportQuery.model_validate({"dataset": "runs", "time_range": A_MONTH, **question}))


class Contract:
    """A subclass gives `backend`, and `keep`: how facts are handed to the sink, as a projector does."""

    @pytest.fixture
    def keep(self) -> Callable[[Callable[[ReportingProjectionSink], Any]], Any]:
        raise NotImplementedError

    @pytest.fixture
    def backend(self) -> ReportingQueryBackend:
        raise NotImplementedError

    @pytest.fixture
    def put(self, keep):
        return lambda *facts: keep(lambda sink: sink.upsert_facts(FactBatch(runs(), facts)))

    @pytest.fixture
    def ask(self, backend):
        return lambda scope=ACME, **question: backend.query(scope, asked(scope, **question)).rows

    def test_facts_are_counted_in_their_own_organisation_alone(self, put, ask):
        put(fact(1, 1), fact(2, 1), fact(1, 2))
        assert (ask(), ask(OTHER)) == (((2,),), ((1,),))

    def test_the_same_batch_twice_is_as_once_and_a_newer_fact_replaces_the_older(self, put, ask):
        put(fact(1, 1, state="failed"), fact(2, 1, state="failed"))
        put(fact(1, 1, state="failed"), fact(2, 1, state="succeeded"), fact(3, 1, DAY))
        counted = ask(dimensions=["state"], measures=["run_count"])
        assert counted == (("failed", 1), ("succeeded", 2))

    def test_a_superseded_source_has_no_fact_any_more(self, put, ask, keep):
        put(fact(1, 1), fact(2, 1, DAY), fact(1, 2))
        keep(lambda sink: sink.supersede_source(runs(), SourceKey(1, "1")))
        keep(lambda sink: sink.supersede_source(runs(), SourceKey(1, "no such")))
        assert (ask(), ask(OTHER)) == (((1,),), ((1,),))

    def test_it_says_which_sources_it_knows(self, put, keep):
        put(fact(1, 1), fact(2, 1, DAY))
        keys = [SourceKey(1, "1"), SourceKey(1, "2"), SourceKey(1, "3"), SourceKey(2, "1")]
        assert keep(lambda sink: sink.known(runs(), keys)) == {keys[0], keys[1]}

    def test_an_empty_batch_changes_nothing(self, put, ask):
        put()
        assert ask() == ((0,),)
        assert ask(dimensions=["state"]) == ()

    def test_nothing_is_asked_of_no_facts_and_measured_as_null(self, ask):
        measures = ["run_count", "failure_rate", "avg_duration_ms", "p95_duration_ms", "total_rows"]
        assert ask(measures=measures) == ((0, None, None, None, None),)

    def test_measures_have_their_types(self, put, ask):
        put(*(fact(n, 1, duration_ms=n, result_rows=2**62, state="failed") for n in range(1, 21)))
        measures = ["avg_duration_ms", "median_duration_ms", "p95_duration_ms", "total_rows", "failure_rate"]
        (row,) = ask(measures=measures)
        assert row == (10.5, 10, 19, 20 * 2**62, 1.0)
        assert [type(value) for value in row] == [float, int, int, int, float]

    def test_buckets_of_time_are_those_of_the_zone_also_where_the_clock_is_set(self, put, ask):
        # At 01:00 UTC on 29 March the clocks of Berlin go from 02:00 to 03:00.
        night = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
        moments = [night + n * HOUR for n in range(4)]
        put(*(FactRecord(SourceKey(1, str(n)), at, fact(n, 1).values) for n, at in enumerate(moments)))
        zone = {"time_zone": "Europe/Berlin"}
        assert ask(dimensions=["day"], **zone) == ((date(2026, 3, 28), 1), (date(2026, 3, 29), 3))
        assert ask(dimensions=["week"], **zone) == ((date(2026, 3, 23), 4),)
        assert ask(dimensions=["month"], **zone) == ((date(2026, 3, 1), 4),)
        hours = [at.replace(minute=0) for at in moments]
        assert ask(dimensions=["hour"], **zone) == tuple((hour, 1) for hour in hours)

    def test_texts_are_compared_and_ordered_by_their_characters(self, put, ask):
        names = ["Zebra", "apple", "Ärger", "", "zoo"]
        put(*(fact(n, 1, datasource=name) for n, name in enumerate(names)), fact(9, 1, datasource=None))
        found = [row[0] for row in ask(dimensions=["datasource"])]
        assert found == [*sorted(names), None]
        after = {"field": "datasource", "op": "gt", "value": "apple"}
        assert [row[0] for row in ask(dimensions=["datasource"], filters=[after])] == ["zoo", "Ärger"]

    def test_null_is_its_own_value_for_eq_and_neq_and_none_for_the_rest(self, put, ask):
        put(fact(1, 1, duration_ms=1), fact(2, 1, duration_ms=2), fact(3, 1))

        def count(op, value):
            return ask(filters=[{"field": "duration_ms", "op": op, "value": value}])[0][0]

        found = count("eq", None), count("neq", None), count("neq", 1), count("lte", 2), count("in", [1, 9])
        assert found == (1, 2, 2, 2, 1)

    def test_a_limit_takes_the_first_in_an_order_that_is_the_same_each_time(self, put, ask):
        put(*(fact(n, 1, datasource=f"d{n % 7}") for n in range(14)))
        order = {"order_by": [{"measure": "run_count", "direction": "desc"}]}
        rows = ask(dimensions=["datasource"], measures=["run_count"], limit=3, **order)
        assert rows == (("d0", 2), ("d1", 2), ("d2", 2))

    def test_whatever_a_value_holds_it_is_only_a_value(self, put, ask):
        nasty = "'; drop table run_facts; -- \\ %s $1 :x"
        put(fact(1, 1, datasource=nasty))
        same = {"field": "datasource", "op": "in", "value": [nasty, "x"]}
        assert ask(dimensions=["datasource"], filters=[same]) == ((nasty, 1),)
