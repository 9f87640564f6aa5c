"""Texts sort by their rough keys as they sort by themselves."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from app.runs.arrange.coarse import LEAST_ROWS, coarse

Text = Callable[[int], str | None]
TEXTS: dict[str, Text] = {
    "with one beginning": lambda n: f"https://example.com/a/long/path/{n * 7919 % 10_007}",
    "short, empty and null": lambda n: (None, "", "a", "ab\0", "ab")[n * 31 % 5],
    "one text alone": lambda n: "the same",
    "the same but for its length": lambda n: "x" * (n % 40),
    "characters of several bytes": lambda n: "aé漢😀"[: n % 5] + chr(0x3042 + n * 37 % 80) + str(n % 9),
    "a long text among short ones": lambda n: "a" * 1000 if n == 7 else chr(97 + n % 26),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("direction", ["ascending", "descending"])
@pytest.mark.parametrize("nulls", ["at_start", "at_end"])
def test_the_order_is_that_of_the_texts(text: Text, direction: str, nulls: str) -> None:
    texts = pa.array([text(n) for n in range(LEAST_ROWS * 5 // 4 + 1)], pa.string())
    columns = [*coarse(texts), texts]
    assert len(columns) == 3
    batch = pa.record_batch({str(at): column for at, column in enumerate(columns)})
    found = pc.sort_indices(batch, sort_keys=[(name, direction, nulls) for name in batch.schema.names])
    expected = pc.sort_indices(pa.table({"text": texts}), sort_keys=[("text", direction, nulls)])
    assert found.equals(expected)


def test_few_texts_and_numbers_have_no_rough_keys() -> None:
    assert coarse(pa.array(["b", "a"])) == []
    assert coarse(pa.array([None] * LEAST_ROWS * 2, pa.string())) == []
    assert coarse(pa.array(range(LEAST_ROWS * 2))) == []
