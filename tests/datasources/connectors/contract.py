"""What every connector must do. A connector's tests subclass `ConnectorContract` and say its dialect's words.

    class TestPaper(ConnectorContract):
        words = Words(...)

        @pytest.fixture
        def connector(self): ...     # over a source with a table `kept (a integer)` that holds one row, 1

        @pytest.fixture
        def state(self): ...         # a function that looks afresh at all that a write could have changed

docs/connectors.md says what each promise is for.
"""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import pyarrow as pa
import pytest

from app.datasources.connectors.base import (
    Aside,
    BoundValue,
    Check,
    ColumnKind,
    Connector,
    ConnectorError,
    FailureReason,
    Limits,
    Position,
    Statement,
    ValueKind,
)
from app.datasources.connectors.catalog import Details, RelationKind
from app.datasources.connectors.naming import qualified
from app.datasources.connectors.plan import PLAN_COLUMNS
from app.datasources.connectors.strays import StopsStrays
from app.evidence.frontier import Frontier
from app.runs.cells import exact
from tests.datasources.connectors.reading import LIMITS, read, statement, text

UNLIMITED = Limits(20, 10**9, 10**12)
PROBLEMS = {
    "host_not_found", "refused", "wrong_password", "no_such_database", "tls", "unreachable", "superuser",
    "fenced", "missing_field", "invalid", "other",
}  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """A value of some type, as SQL and as it must be read; `type` is the source's own word."""

    sql: str
    type: str
    kind: ColumnKind
    shown: object


@dataclass(frozen=True)
class Words:
    """How one dialect says what the suite asks for."""

    computing: str  # minutes without a row
    endless: str  # rows of about 100 bytes without end, from the first moment
    numbers: str  # integers from 1 to {n}, in order, as 64 bits
    wide: str  # {n} rows of one text of {width} characters
    fails_late: str  # an error of the data after 20,000 good rows
    unknown_column: str  # for `select nope`: a part of the source's sentence
    types: tuple[Typed, ...]
    writes: dict[str, FailureReason]  # what must be refused, and why
    as_text: str  # a cast to text, around {value}: "({value})::text"
    values: tuple[tuple[ValueKind, str | None, str | None], ...]  # kind, text, as the source prints it
    strange_columns: tuple[str, list[str]]  # repeated, unnamed and odd names; what they are called


def is_readable(kind: pa.DataType) -> bool:
    """The Arrow types that results, exports and hashes read."""
    return (
        kind in (pa.bool_(), pa.date32(), pa.string(), pa.binary(), pa.timestamp("us"))
        or kind == pa.timestamp("us", "UTC")
        or pa.types.is_signed_integer(kind)
        or kind in (pa.float32(), pa.float64())
        or pa.types.is_decimal128(kind)
    )


def aside(connector: Connector, beside: Statement) -> Aside:
    """What it said; the main statement must be none the wiser."""
    with connector.execute(statement("select a from kept"), LIMITS, beside) as execution:
        assert [batch.to_pylist() for batch in execution.batches()] == [[{"c0": 1}]]
        assert execution.aside is not None
        return execution.aside


class ConnectorContract:
    words: ClassVar[Words]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each type, value and write that the dialect names."""
        if "typed" in metafunc.fixturenames:
            metafunc.parametrize("typed", self.words.types, ids=lambda typed: typed.sql[:60])
        if "bound" in metafunc.fixturenames:
            metafunc.parametrize("bound", self.words.values, ids=lambda bound: f"{bound[0]}-{bound[1]}")
        if "write" in metafunc.fixturenames:
            metafunc.parametrize("write", self.words.writes)

    @pytest.fixture
    def busy(self) -> Callable[[], int]:
        """How many statements of ours the source is still at, where it can be asked."""
        return lambda: 0

    # --- columns and types ---

    def test_a_value_is_read_exactly_or_as_the_source_prints_it(
        self, typed: Typed, connector: Connector
    ) -> None:
        result = read(connector, f"select {typed.sql} as v")
        assert [(c.name, c.type, c.kind) for c in result.columns] == [("v", typed.type, typed.kind)]
        (batch,) = result.batches
        batch.validate(full=True)
        assert is_readable(batch.column(0).type)
        assert exact(batch.column(0)) == [typed.shown]

    def test_null_is_null_in_every_type(self, connector: Connector) -> None:
        listed = ", ".join(f"case when 1 = 0 then {typed.sql} end" for typed in self.words.types)
        (batch,) = read(connector, f"select {listed}").batches
        assert [exact(column) for column in batch.columns] == [[None]] * len(self.words.types)

    def test_names_may_repeat_be_missing_or_strange(self, connector: Connector) -> None:
        sql, names = self.words.strange_columns
        result = read(connector, sql)
        assert [column.name for column in result.columns] == names
        assert result.rows == [tuple(range(1, len(names) + 1))]
        assert result.batches[0].schema.names == [f"c{i}" for i in range(len(names))]

    def test_no_rows_are_no_batches_but_still_columns(self, connector: Connector) -> None:
        result = read(connector, "select 1 as a where 1 = 0")
        assert (result.batches, [column.name for column in result.columns]) == ([], ["a"])
        assert result.truncated_by is None

    def test_an_order_and_a_limit_of_the_statements_own_hold(self, connector: Connector) -> None:
        sql = f"select * from ({self.words.numbers.format(n=5000)}) q(i) order by i desc limit 4000"
        rows = read(connector, sql, limits=Limits(10, 3000, 10**6)).rows
        assert [row[0] for row in rows] == list(range(5000, 2000, -1))

    # --- values ---

    def test_each_kind_of_value_is_typed_in_the_source(
        self, bound: tuple[ValueKind, str | None, str | None], connector: Connector
    ) -> None:
        kind, value, shown = bound
        before, after = self.words.as_text.split("{value}")
        rows = read(connector, f"select {before}", after, values=(BoundValue(kind, value),)).rows
        assert rows == [(shown,)]

    @pytest.mark.parametrize("kind", ValueKind)
    def test_a_value_may_be_null(self, kind: ValueKind, connector: Connector) -> None:
        rows = read(connector, "select 1 where ", " is null", values=(BoundValue(kind, None),)).rows
        assert rows == [(1,)]

    @pytest.mark.parametrize(
        "hostile", ["'); drop table kept; --", "$1 ? :a %s {{ x }}", "\\' or 1=1 /*", "'" * 100, "é 東 🦉"]
    )
    def test_values_are_bound_and_never_become_sql(self, hostile: str, connector: Connector) -> None:
        assert read(connector, "select ", "", values=(text(hostile),)).rows == [(hostile,)]
        assert read(connector, "select 1 where 'a' = ", "", values=(text("' or '1'='1"),)).rows == []

    @pytest.mark.parametrize(
        "element",
        ["'", '"', "\\", '\\"', "{", "}", ",", "", "NULL", "null", " a ", "[1]", "é 東 🦉", "a\nb", "'); --"],
    )
    def test_each_element_of_an_array_arrives_as_it_is(self, element: str, connector: Connector) -> None:
        array = BoundValue(ValueKind.TEXT_ARRAY, json.dumps([element, "other"]))
        found = read(connector, "select ", " = any(", ")", values=(text(element), array)).rows
        assert found == [(True,)]
        assert read(connector, "select 'thing' = any(", ")", values=(array,)).rows == [(False,)]

    @pytest.mark.parametrize(
        ("kind", "element"),
        [
            (ValueKind.INTEGER, "-9223372036854775808"),
            (ValueKind.DECIMAL, "1234567890123456789.0123456789"),
            (ValueKind.BOOLEAN, "true"),
            (ValueKind.DATE, "2013-01-31"),
            (ValueKind.TIMESTAMP, "2013-01-31 17:00:00.000001"),
            (ValueKind.TIMESTAMP, "2013-01-31 17:00:00+05:30"),
        ],
    )
    def test_an_array_has_the_type_of_its_elements(
        self, kind: ValueKind, element: str, connector: Connector
    ) -> None:
        values = (BoundValue(kind, element), BoundValue(kind.array, json.dumps([element])))
        assert read(connector, "select ", " = any(", ")", values=values).rows == [(True,)]
        empty = BoundValue(kind.array, "[]")
        found = read(connector, "select ", " = any(", ")", values=(values[0], empty)).rows
        assert found == [(False,)]

    def test_a_placeholder_may_touch_its_neighbours(self, connector: Connector) -> None:
        assert read(connector, "select", "as a", values=(text("x"),)).rows == [("x",)]
        two = (text("x"), text("y"))
        assert read(connector, "select ", "||", "||'1'", values=two).rows == [("xy1",)]

    def test_one_value_may_stand_in_many_places_and_another_in_none(self, connector: Connector) -> None:
        twice = Statement(("select ", " || ", ""), (1, 1), (text("unused"), text("ab")))
        with connector.execute(twice, LIMITS) as execution:
            assert next(execution.batches()).column(0).to_pylist() == ["abab"]

    def test_a_nul_character_is_refused(self, connector: Connector) -> None:
        with pytest.raises(ConnectorError, match="NUL"):
            read(connector, "select 'a\0b'")
        with pytest.raises(ConnectorError, match="NUL"):
            read(connector, "select ", "", values=(text("a\0b"),))
        with pytest.raises(ConnectorError, match="NUL"):
            read(connector, "select ", "", values=(BoundValue(ValueKind.TEXT_ARRAY, json.dumps(["a\0"])),))

    # --- one statement, and only reading ---

    @pytest.mark.parametrize("sql", ["", "  \n", ";", "-- nothing", "/* nothing */ ;"])
    def test_an_empty_text_is_refused(self, sql: str, connector: Connector) -> None:
        with pytest.raises(ConnectorError, match="empty") as refused:
            read(connector, sql)
        assert refused.value.reason is FailureReason.SYNTAX

    def test_several_statements_are_refused_in_one_sentence(self, connector: Connector) -> None:
        with pytest.raises(ConnectorError, match="more than one statement") as failed:
            read(connector, "select 1; select 2")
        assert failed.value.reason is FailureReason.SYNTAX

    @pytest.mark.parametrize(
        "sql",
        [
            "select 1;",
            "select 1 ; -- end; of it",
            "select 1 -- ;",
            "select 1 /* ; /* nested ; */ */;",
            "select 1;;",
            "select 1 where ';' = ';'",
            'select 1 as ";" ;',
            "values (1);",
            "(select 1)",
            "with a as (select 1) select * from a;",
            "select 1 order by 1 limit 1 offset 0;",
        ],
    )
    def test_a_final_semicolon_and_comments_do_no_harm(self, sql: str, connector: Connector) -> None:
        assert read(connector, sql).rows == [(1,)]

    def test_the_comment_does_no_harm(self, connector: Connector) -> None:
        assert read(connector, "select 1", comment="run 42 */ drop\n table kept; /* -- ü").rows == [(1,)]

    def test_a_write_is_refused_in_words_and_nothing_persists(
        self, write: str, connector: Connector, state: Callable[[], object]
    ) -> None:
        before = state()
        with pytest.raises(ConnectorError) as refused:
            read(connector, write)
        assert refused.value.reason is self.words.writes[write]
        assert len(refused.value.message) > 10
        assert state() == before
        assert read(connector, "select a from kept").rows == [(1,)]

    # --- errors ---

    @pytest.mark.parametrize(
        ("parts", "position"),
        [
            (("selec 1",), Position(0, 0)),
            (("select nope",), Position(0, 7)),
            (("select 'ü東🦉', nope",), Position(0, 14)),
            (("select ", ", nope"), Position(1, 2)),
            (("select 'é', ", " || '東', ", ", nope"), Position(2, 2)),
            (("select ", " || 'a' || nope"), Position(1, 11)),
            (("select 1\n\n  from nowhere",), Position(0, 17)),
        ],
    )
    def test_an_error_is_where_it_is_or_nowhere(
        self, parts: tuple[str, ...], position: Position, connector: Connector
    ) -> None:
        values = tuple(text("v") for _ in parts[1:])
        with pytest.raises(ConnectorError) as failed:
            read(connector, *parts, values=values, comment="run 7 of ü")
        assert failed.value.reason is FailureReason.SYNTAX
        assert failed.value.position in (position, None)

    def test_an_error_has_the_sources_own_words(self, connector: Connector) -> None:
        with pytest.raises(ConnectorError) as failed:
            read(connector, "select nope")
        assert self.words.unknown_column in failed.value.message

    def test_an_error_while_rows_stream_is_one_of_the_query(self, connector: Connector) -> None:
        with pytest.raises(ConnectorError) as failed:
            read(connector, self.words.fails_late)
        assert failed.value.reason is FailureReason.QUERY
        assert read(connector, "select 1").rows == [(1,)]

    # --- limits ---

    @pytest.mark.parametrize(("rows", "cut"), [(999, "rows"), (1000, None), (1001, None)])
    def test_a_result_is_cut_at_its_rows(self, rows: int, cut: str | None, connector: Connector) -> None:
        result = read(connector, self.words.numbers.format(n=1000), limits=Limits(10, rows, 10**6))
        assert ([row[0] for row in result.rows], result.truncated_by) == (
            list(range(1, min(rows, 1000) + 1)),
            cut,
        )

    @pytest.mark.parametrize("extra", [0, 50])
    def test_a_result_is_cut_at_its_bytes(self, extra: int, connector: Connector) -> None:
        """A row is 4 bytes of offset and 100 of text."""
        sql = self.words.wide.format(n=5000, width=100)
        result = read(connector, sql, limits=Limits(10, 10_000, 104 * 2500 + extra))
        assert (len(result.rows), result.truncated_by) == (2500, "bytes")
        assert read(connector, sql, limits=Limits(10, 10_000, 104 * 5000)).truncated_by is None

    def test_a_row_wider_than_the_limit_leaves_nothing(self, connector: Connector) -> None:
        sql = self.words.wide.format(n=1, width=3_000_000)
        result = read(connector, sql, limits=Limits(10, 10, 1000))
        assert (result.rows, result.truncated_by) == ([], "bytes")

    def test_batches_are_about_a_megabyte_or_ten_thousand_rows(self, connector: Connector) -> None:
        narrow = read(connector, self.words.numbers.format(n=25_000)).batches
        assert [batch.num_rows for batch in narrow] == [10_000, 10_000, 5000]
        wide = read(connector, self.words.wide.format(n=3000, width=1000)).batches
        assert sum(batch.num_rows for batch in wide) == 3000
        assert all(900_000 < batch.nbytes < 1_100_000 for batch in wide[:-1])
        wider = read(connector, self.words.wide.format(n=3, width=3_000_000)).batches
        assert [batch.num_rows for batch in wider] == [1, 1, 1]

    def test_a_limit_does_not_wait_for_the_rest(self, connector: Connector) -> None:
        began = time.monotonic()
        result = read(connector, self.words.endless, limits=Limits(30, 10**9, 5 * 10**6))
        assert (result.truncated_by, time.monotonic() - began < 10) == ("bytes", True)

    # --- a statement beside ---

    def test_a_statement_beside_gives_one_value_as_the_source_prints_it(self, connector: Connector) -> None:
        with connector.execute(statement("select 1"), LIMITS) as execution:
            assert execution.aside is None
        beside = statement("select max(a) from kept where 'x' = ", "", values=(text("x"),), comment="run 7")
        assert aside(connector, beside) == Aside("1")
        moment = statement("select cast('2013-12-31 23:59:00' as timestamp)")
        assert aside(connector, moment) == Aside("2013-12-31 23:59:00")
        assert aside(connector, statement("select ", ";", values=(text("'; drop table kept --"),))) == Aside(
            "'; drop table kept --"
        )

    @pytest.mark.parametrize(
        ("sql", "why"),
        [
            ("select a from kept where a = 2", "no row"),
            ("select 1 union all select 2", "more than one row"),
            ("select 1, 2", "2 columns"),
            ("select max(a) from kept where a = 2", "NULL"),
            ("select nope", "nope"),
            ("selec 1", "syntax"),
            ("select 1; select 2", "more than one statement"),
            ("", "empty"),
            ("select 'a\0b'", "NUL"),
        ],
    )
    def test_a_statement_beside_that_gives_no_value_says_why_and_harms_nothing(
        self, sql: str, why: str, connector: Connector
    ) -> None:
        found = aside(connector, statement(sql))
        assert found.value is None
        assert why.lower() in (found.reason or "").lower()

    def test_a_write_beside_is_refused_and_nothing_persists(
        self, write: str, connector: Connector, state: Callable[[], object]
    ) -> None:
        before = state()
        found = aside(connector, statement(write))
        assert (found.value, len(found.reason or "") > 10) == (None, True)
        assert state() == before

    def test_a_slow_statement_beside_takes_no_longer_than_the_run_may(
        self, connector: Connector, busy: Callable[[], int]
    ) -> None:
        began = time.monotonic()
        execution = connector.execute(
            statement("select 1"), Limits(0.5, 10, 10**6), statement(self.words.computing)
        )
        with pytest.raises(ConnectorError) as stopped, execution:
            list(execution.batches())
        assert (stopped.value.reason, busy()) == (FailureReason.TIMEOUT, 0)
        assert time.monotonic() - began < 10

    # --- time and cancel ---

    def test_a_slow_statement_is_stopped_in_time(self, connector: Connector, busy: Callable[[], int]) -> None:
        began = time.monotonic()
        with pytest.raises(ConnectorError, match="longer than") as stopped:
            read(connector, self.words.computing, limits=Limits(0.5, 10, 10**6))
        assert stopped.value.reason is FailureReason.TIMEOUT
        assert time.monotonic() - began < 10
        assert busy() == 0

    def test_the_time_runs_while_rows_stream_too(self, connector: Connector, busy: Callable[[], int]) -> None:
        began = time.monotonic()
        execution = connector.execute(statement(self.words.endless), Limits(1, 10**9, 10**12))
        with pytest.raises(ConnectorError) as stopped, execution:
            for _ in execution.batches():
                time.sleep(0.05)
        assert stopped.value.reason is FailureReason.TIMEOUT
        assert time.monotonic() - began < 10
        assert busy() == 0

    @pytest.mark.parametrize("which", ["computing", "endless"])
    def test_a_cancel_from_another_thread_stops_it_in_the_source(
        self, which: str, connector: Connector, busy: Callable[[], int]
    ) -> None:
        with connector.execute(statement(getattr(self.words, which)), UNLIMITED) as execution:
            asked: list[float] = []

            def cancel() -> None:
                asked.append(time.monotonic())
                execution.cancel()

            threading.Timer(0.5, cancel).start()
            with pytest.raises(ConnectorError) as stopped:
                for _ in execution.batches():
                    pass
            assert time.monotonic() - asked[0] < 10
            assert stopped.value.reason is FailureReason.CANCELLED
            assert busy() == 0
        assert read(connector, "select 1").rows == [(1,)]

    def test_what_a_dead_worker_left_is_stopped_by_its_comment(
        self, connector: Connector, busy: Callable[[], int]
    ) -> None:
        if not isinstance(connector, StopsStrays):
            pytest.skip("nothing of this source outlives its worker")
        left = statement(self.words.computing, comment="plumbline run=7 claim=ab query=none")
        with connector.execute(left, UNLIMITED) as execution:
            assert connector.stop("plumbline run=7 claim=cd ") == 0
            assert busy() == 1
            assert connector.stop("plumbline run=7 claim=ab ") == 1
            with pytest.raises(ConnectorError):
                list(execution.batches())
            assert busy() == 0
        assert connector.stop("plumbline run=7 claim=ab ") == 0
        assert read(connector, "select 1").rows == [(1,)]

    def test_a_cancel_before_and_after_the_run_is_harmless(self, connector: Connector) -> None:
        execution = connector.execute(statement("select 1"), LIMITS)
        execution.cancel()
        with pytest.raises(ConnectorError) as stopped, execution:
            pass
        assert stopped.value.reason is FailureReason.CANCELLED

        with connector.execute(statement("select 1"), LIMITS) as finished:
            list(finished.batches())
        finished.cancel()
        assert read(connector, "select 1").rows == [(1,)]

    def test_a_late_cancel_never_hits_the_next_run(self, connector: Connector) -> None:
        for i in range(20):
            with connector.execute(statement("select 1"), LIMITS) as execution:
                late = threading.Timer(i / 10_000, execution.cancel)
                late.start()
                try:
                    list(execution.batches())
                except ConnectorError as stopped:
                    assert stopped.reason is FailureReason.CANCELLED
            assert read(connector, "select 2").rows == [(2,)]
            late.join()

    def test_leaving_early_stops_the_statement(self, connector: Connector, busy: Callable[[], int]) -> None:
        began = time.monotonic()
        with connector.execute(statement(self.words.endless), LIMITS) as execution:
            next(execution.batches())
        assert (busy(), time.monotonic() - began < 10) == (0, True)
        assert read(connector, "select 'next'").rows == [("next",)]

    def test_runs_at_the_same_time_do_not_meet(self, connector: Connector) -> None:
        with (
            connector.execute(statement(self.words.endless), UNLIMITED) as first,
            connector.execute(statement("select 2"), LIMITS) as second,
        ):
            next(first.batches())
            assert [batch.column(0).to_pylist() for batch in second.batches()] == [[2]]

    # --- what it holds ---

    def test_what_it_holds_is_told_with_columns(self, connector: Connector) -> None:
        (kept,) = [each for each in connector.relations(20) if each.name == "kept"]
        assert kept.kind is RelationKind.TABLE
        assert kept.schema
        assert [column.name for column in kept.columns] == ["a"]
        assert kept.columns[0].type
        assert kept.row_estimate is None or kept.row_estimate >= 0
        described = read(connector, f"select * from {qualified(kept.schema, kept.name)}")
        assert [column.type for column in described.columns] == [column.type for column in kept.columns]

    def test_what_it_holds_comes_in_order_and_without_the_source_s_own(self, connector: Connector) -> None:
        names = [(each.schema, each.name) for each in connector.relations(20)]
        assert names == sorted(set(names))
        assert not {schema for schema, _ in names} & {"pg_catalog", "information_schema"}

    def test_a_listing_that_is_left_early_leaves_nothing_behind(
        self, connector: Connector, busy: Callable[[], int]
    ) -> None:
        listing = connector.relations(20)
        next(iter(listing))
        del listing
        assert (busy(), read(connector, "select 1").rows) == (0, [(1,)])

    def test_keys_and_indexes_are_told_of_one_relation_and_of_none(self, connector: Connector) -> None:
        (kept,) = [each for each in connector.relations(20) if each.name == "kept"]
        assert connector.details(kept.schema, kept.name, 5) == Details()
        assert connector.details(kept.schema, "no'such\"table", 5) == Details()

    def test_a_connection_without_its_fields_tells_nothing(self, connector: Connector) -> None:
        empty = type(connector)({})
        for ask in (lambda: list(empty.relations(5)), lambda: empty.details("a", "b", 5)):
            with pytest.raises(ConnectorError) as failed:
                ask()
            assert failed.value.reason is FailureReason.UNREACHABLE

    # --- how it would answer ---

    @pytest.mark.parametrize("analyze", [False, True])
    def test_a_plan_is_a_small_table_with_its_values_bound(self, connector: Connector, analyze: bool) -> None:
        one = BoundValue(ValueKind.INTEGER, "1")
        asked = Statement(("select a from kept where a = ", ""), (0,), (one,))
        with connector.explain(asked, LIMITS, analyze=analyze) as explanation:
            (batch,) = explanation.batches()
            assert explanation.columns == PLAN_COLUMNS
            assert explanation.truncated_by is None
        names = [column.name for column in PLAN_COLUMNS]
        nodes = [dict(zip(names, row.values(), strict=True)) for row in batch.to_pylist()]
        assert nodes[0]["depth"] == 0
        assert any("kept" in (node["relation"] or "") for node in nodes)
        assert (nodes[-1]["time_ms"] is not None) is analyze
        assert all(below["depth"] <= above["depth"] + 1 for above, below in pairwise(nodes))

    def test_to_explain_a_write_changes_nothing_and_to_measure_one_is_refused(
        self, write: str, connector: Connector, state: Callable[[], object]
    ) -> None:
        before = state()
        with suppress(ConnectorError), connector.explain(statement(write), LIMITS, analyze=False):
            pass
        with pytest.raises(ConnectorError), connector.explain(statement(write), LIMITS, analyze=True):
            pass
        assert state() == before

    def test_an_error_in_what_is_explained_keeps_its_place(self, connector: Connector) -> None:
        with (
            pytest.raises(ConnectorError) as failed,
            connector.explain(statement("select 1,\n  nope"), LIMITS, analyze=False),
        ):
            pass
        assert failed.value.position == Position(0, 12)

    def test_a_measured_plan_stops_at_its_deadline(self, connector: Connector) -> None:
        began = time.monotonic()
        with (
            pytest.raises(ConnectorError) as failed,
            connector.explain(statement(self.words.computing), Limits(0.5, 10, 10**6), analyze=True),
        ):
            pass
        assert failed.value.reason is FailureReason.TIMEOUT
        assert time.monotonic() - began < 10

    # --- what it tells of itself ---

    def test_its_frontier_is_known_or_says_why_not(self, connector: Connector) -> None:
        with connector.execute(statement("select a from kept"), LIMITS) as execution:
            frontier = execution.frontier
            assert isinstance(frontier, Frontier)
            assert frontier.known or frontier.reason
            assert execution.relations is None or any("kept" in name for name in execution.relations)

    def test_a_connection_that_works_says_so(self, connector: Connector) -> None:
        check = connector.check()
        assert (check.ok, check.problem, check.field) == (True, None, None)
        assert check.message and check.server_version

    def test_a_connection_without_its_fields_names_one_and_runs_nothing(self, connector: Connector) -> None:
        empty = type(connector)({})
        check = empty.check()
        assert isinstance(check, Check)
        assert (check.ok, check.problem) == (False, "missing_field")
        assert check.problem in PROBLEMS
        assert check.field in {field.name for field in connector.fields}
        with pytest.raises(ConnectorError) as failed:
            read(empty, "select 1")
        assert failed.value.reason is FailureReason.UNREACHABLE
        empty.close()

    def test_its_form_is_whole(self, connector: Connector) -> None:
        names = [field.name for field in connector.fields]
        assert len(set(names)) == len(names)
        assert connector.kind and connector.label
        for field in connector.fields:
            assert field.label and (field.kind != "choice" or field.default in field.choices)

    def test_close_may_come_twice_and_runs_go_on_after_it(self, connector: Connector) -> None:
        connector.close()
        connector.close()
        assert read(connector, "select 1").rows == [(1,)]
