"""Which points of a line are seen: of each step along x the first, the last, the lowest and the highest.

A line through these four of every pixel's width paints the pixels that the line through all points paints
(Jugel, Jerzak, Hackenbroich, Markl: M4, PVLDB 7(10), 2014). Done on Arrow's arrays as they lie in memory.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

DENSE = 4  # rows in a step on average, from which on an empty step is a hole


@dataclass(frozen=True, slots=True)
class Seen:
    """Places of the points that are seen, in order, and moments within holes, where no line may be drawn."""

    places: list[int]
    holes: list[float]


def seen(x: pa.DoubleArray, ys: Sequence[pa.DoubleArray], low: float, high: float, steps: int) -> Seen:
    """`x` is sorted, has no null, and lies between `low` and `high`; `ys` are as long as `x`."""
    many = len(x)
    if many <= steps * 4:
        return Seen(list(range(many)), [])
    width = (high - low) / steps
    moments = memoryview(x.buffers()[1]).cast("d")[x.offset : x.offset + many]
    cuts = [0, *(bisect_left(moments, low + width * step) for step in range(1, steps)), many]
    places: set[int] = set()
    holes: list[float] = []
    hollow = False
    for step in range(steps):
        start, beyond = cuts[step], cuts[step + 1]
        if start == beyond:
            if places and not hollow and many >= steps * DENSE:
                holes.append(low + width * (step + 0.5))
            hollow = True
            continue
        hollow = False
        for y in ys:
            places.update(_four(y.slice(start, beyond - start), start))
    return Seen(sorted(places), [hole for hole in holes if hole < moments[many - 1]])


def _four(part: pa.DoubleArray, start: int) -> set[int]:
    ends = pc.min_max(part)
    found = {start, start + len(part) - 1}
    if ends["min"].is_valid:
        found |= {start + pc.index(part, ends[name]).as_py() for name in ("min", "max")}
    return found
