from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.queries.parameters import Choice, Declared, ParameterKind
from app.queries.versions.compare import MOST_LINES, Comparison, compare, in_words


def version(sql: str) -> Any:
    source = SimpleNamespace(name="Flights")
    return SimpleNamespace(
        sql=sql, datasource=source, time_zone=None, watermark_column=None, watermark_sql=None, parameters=[]
    )


def compared(left: str, right: str) -> Comparison:
    return compare(version(left), version(right))


def test_a_changed_line_stands_beside_what_it_became() -> None:
    rows = compared("select a\nfrom t", "select b\nfrom t").rows
    assert [row.kind for row in rows] == ["changed", "same"]
    assert (rows[0].left, rows[0].right) == ((1, "select a"), (1, "select b"))


def test_a_new_line_has_nothing_beside_it_and_the_numbers_go_on() -> None:
    rows = compared("a\nb", "a\nnew\nb").rows
    assert (rows[1].left, rows[1].right) == (None, (2, "new"))
    assert (rows[2].left, rows[2].right) == ((2, "b"), (3, "b"))


def test_long_equal_stretches_are_folded() -> None:
    lines = [str(n) for n in range(100)]
    rows = compared("\n".join(lines), "\n".join([*lines[:50], "new", *lines[50:]])).rows
    assert [row.hidden for row in rows if row.kind == "gap"] == [47, 47]
    assert len(rows) == 9


def test_equal_versions_say_so() -> None:
    assert compared("a\nb", "a\nb").same_sql


def test_a_huge_text_is_compared_at_once() -> None:
    many = [f"{n % 7}" for n in range(MOST_LINES * 3)]
    rows = compared("\n".join(["x", *many]), "\n".join([*many, "y"])).rows
    assert {row.kind for row in rows} == {"changed"}


LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), min_size=1, max_size=12)


@settings(deadline=None, suppress_health_check=list(HealthCheck))  # a busy machine is no fault
@given(LINES, LINES)
def test_both_sides_are_whole(left: list[str], right: list[str]) -> None:
    shown = compared("\n".join(left), "\n".join(right)).rows
    if any(row.kind == "gap" for row in shown):
        return
    assert [row.left.text for row in shown if row.left] == left
    assert [row.right.text for row in shown if row.right] == right
    assert all(row.left and row.right and row.left[1] == row.right[1] for row in shown if row.kind == "same")


def test_a_declaration_in_words() -> None:
    item = Declared(
        "x", ParameterKind.CHOICE, "EU", label="Region", required=False, choices=(Choice("EU", "Europe"),)
    )
    assert in_words(item) == "choice, default EU, optional, called “Region”, choices EU (Europe)"
