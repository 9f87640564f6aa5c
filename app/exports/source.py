"""Where an export's batches come from: the stored chunks in order, or rows of them in another order.

Each is handed out as work to be done aside; here is only what waits.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import pyarrow as pa

from app.core import db
from app.exports.printed import printed
from app.runs.arrange.unpack import Unpacked
from app.runs.chunks import decode
from app.runs.results import some_packed
from app.runs.retention.expired import need_present_still

Work = Callable[[], pa.RecordBatch]
AT_ONCE = 10_000  # rows of an arranged result


def stored(run_id: int, row_count: int) -> Iterator[Work]:
    """Chunk by chunk. No connection is held between two reads; raises ResultExpired, StoreAway, Damaged."""
    first: int | None = 0 if row_count else None
    while first is not None:
        with db.reading_session() as session:
            pieces, first = some_packed(session, run_id, first)
            if first is None:
                need_present_still(session, run_id)
        yield from (partial(decode, piece) for piece in pieces)


def arranged(unpacked: Unpacked, order: pa.Array) -> Iterator[Work]:
    """The rows with these numbers, in this order."""
    for begin in range(0, len(order), AT_ONCE):
        yield partial(gathered, unpacked, order.slice(begin, AT_ONCE))


def gathered(unpacked: Unpacked, order: pa.Array) -> pa.RecordBatch:
    """These rows in one batch; each chunk that holds some is asked once."""
    places: dict[int, list[int]] = {}
    numbers = order.to_pylist()
    for place, number in enumerate(numbers):
        places.setdefault(bisect_right(unpacked.starts, number) - 1, []).append(place)
    parts, back = [], [0] * len(numbers)
    taken = 0
    for chunk, wanted in places.items():
        local = pa.array([numbers[place] - unpacked.starts[chunk] for place in wanted])
        parts.append(unpacked.batches[chunk].take(local))
        for place in wanted:
            back[place] = taken
            taken += 1
    columns = [_joined([part.column(at) for part in parts]) for at in range(parts[0].num_columns)]
    return pa.RecordBatch.from_arrays(columns, names=parts[0].schema.names).take(pa.array(back))


def _joined(arrays: Sequence[pa.Array]) -> pa.Array:
    """As text, where the chunks do not agree about the type."""
    if len({array.type for array in arrays}) > 1:
        arrays = [printed(array) for array in arrays]
    return pa.concat_arrays(arrays)
