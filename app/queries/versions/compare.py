"""What differs between two versions: SQL line by line, side by side, and each parameter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from app.queries.declare import declared_of
from app.queries.models import QueryVersion
from app.queries.parameters import Declared

MOST_LINES = 3_000  # on each side; beyond them only equal beginnings and ends are matched
AROUND = 3  # equal lines shown around a change


class Side(NamedTuple):
    """A line and its number, from 1."""

    number: int
    text: str


class Row(NamedTuple):
    """The same place on both sides; a gap stands for `hidden` equal lines."""

    kind: Literal["same", "changed", "gap"]
    left: Side | None = None
    right: Side | None = None
    hidden: int = 0


class Setting(NamedTuple):
    """What a version says of a parameter or of itself, on each side; None where it does not."""

    name: str
    left: str | None
    right: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    rows: Sequence[Row]
    settings: Sequence[Setting]

    @property
    def same_sql(self) -> bool:
        return all(row.kind != "changed" for row in self.rows)


def compare(left: QueryVersion, right: QueryVersion) -> Comparison:
    """`left` is the older one."""
    rows = compare_texts(left.sql, right.sql)
    return Comparison(rows, [*_facts(left, right), *_parameters(left, right)])


def compare_texts(left: str, right: str) -> list[Row]:
    """Line by line, long stretches without a change folded."""
    return list(_folded(list(_rows(left.split("\n"), right.split("\n")))))


def in_words(item: Declared) -> str:
    """A declaration in one line: `date range, default last 7 days`."""
    said: list[str] = [item.kind.label]
    if item.kind.is_choice and item.of != "text":
        said.append(f"of {item.of}")
    if item.default is not None:
        said.append(f"default {item.default}" + (f" to {item.default_end}" if item.default_end else ""))
    if not item.required:
        said.append("optional")
    if item.label:
        said.append(f"called “{item.label}”")
    if item.pattern:
        said.append(f"pattern {item.pattern}")
    if item.choices:
        shown = ", ".join(f"{c.value} ({c.label})" if c.label else c.value for c in item.choices)
        said.append(f"choices {shown}")
    if item.choices_from is not None:
        said.append(f"choices from query {item.choices_from}")
    return ", ".join(said)


def _rows(left: list[str], right: list[str]) -> Iterator[Row]:
    begin, end = _alike_at_the_edges(left, right)
    for i in range(begin):
        yield Row("same", Side(i + 1, left[i]), Side(i + 1, right[i]))
    left_end, right_end = len(left) - end, len(right) - end
    for tag, i1, i2, j1, j2 in _opcodes(left[begin:left_end], right[begin:right_end]):
        lefts = [Side(begin + i + 1, left[begin + i]) for i in range(i1, i2)]
        rights = [Side(begin + j + 1, right[begin + j]) for j in range(j1, j2)]
        for k in range(max(len(lefts), len(rights))):
            a = lefts[k] if k < len(lefts) else None
            b = rights[k] if k < len(rights) else None
            yield Row("same" if tag == "equal" else "changed", a, b)
    for k in range(end):
        i, j = left_end + k, right_end + k
        yield Row("same", Side(i + 1, left[i]), Side(j + 1, right[j]))


def _alike_at_the_edges(left: list[str], right: list[str]) -> tuple[int, int]:
    """How many lines are equal at the beginning, and of the rest at the end."""
    most = min(len(left), len(right))
    begin = next((i for i in range(most) if left[i] != right[i]), most)
    most -= begin
    end = next((i for i in range(most) if left[-1 - i] != right[-1 - i]), most)
    return begin, end


def _opcodes(left: list[str], right: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    if max(len(left), len(right)) > MOST_LINES:
        return [("replace", 0, len(left), 0, len(right))]
    return SequenceMatcher(None, left, right, autojunk=True).get_opcodes()


def _folded(rows: Sequence[Row]) -> Iterator[Row]:
    """Long stretches without a change become one gap."""
    changes = [i for i, row in enumerate(rows) if row.kind == "changed"]
    near = {i for at in changes for i in range(at - AROUND, at + AROUND + 1)}
    hidden = 0
    for i, row in enumerate(rows):
        if i in near or not changes:
            if hidden:
                yield Row("gap", hidden=hidden)
                hidden = 0
            yield row
        else:
            hidden += 1
    if hidden:
        yield Row("gap", hidden=hidden)


def _facts(left: QueryVersion, right: QueryVersion) -> Iterator[Setting]:
    pairs = (
        ("Datasource", left.datasource.name, right.datasource.name),
        ("Time zone", left.time_zone, right.time_zone),
        (
            "Watermark",
            left.watermark_column or left.watermark_sql,
            right.watermark_column or right.watermark_sql,
        ),
    )
    yield from (Setting(*pair) for pair in pairs if pair[1] != pair[2])


def _parameters(left: QueryVersion, right: QueryVersion) -> Iterator[Setting]:
    before, after = (
        {item.name: in_words(item) for item in declared_of(version.parameters)} for version in (left, right)
    )
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            yield Setting(name, before.get(name), after.get(name))
