"""Which values of two columns are alike, by the canonical forms of docs/evidence.md.

NaN is like NaN, 0 is not like -0, and it does not matter in which Arrow type a batch carries a value.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from app.evidence.forms import Form, write


@dataclass(frozen=True, slots=True)
class Plain:
    """A stretch of a column: null where it is NULL or an exception; `odd` has the exceptions, by place."""

    values: pa.Array
    odd: dict[int, bytes]


def plain(values: pa.Array, form: Form) -> Plain:
    """Raises Unhashable for an Arrow type that the form does not know."""
    if form.fixed and (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return _from_text(values, form)
    return Plain(_bits(write(values, form).ordinary), {})


def unlike(one: Plain, two: Plain) -> pa.Array:
    """True where they differ; never null."""
    differ = pc.fill_null(pc.not_equal(one.values, two.values), False)
    if one.values.null_count or two.values.null_count:
        differ = pc.or_(differ, pc.xor(one.values.is_null(), two.values.is_null()))
    if one.odd or two.odd:
        flags = differ.to_pylist()
        for place in one.odd.keys() | two.odd.keys():
            flags[place] = one.odd.get(place) != two.odd.get(place)
        differ = pa.array(flags, pa.bool_())
    return differ


def packed(column: Plain, chosen: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The chosen values as bytes, and what tells them apart: length, -1 for NULL, less for an exception."""
    data = _bytes(column.values.filter(chosen))
    lengths = pc.fill_null(pc.binary_length(data).cast(pa.int32()), -1)
    data = pc.fill_null(data, b"")
    if column.odd:
        texts, numbers = data.to_pylist(), lengths.to_pylist()
        for at, place in enumerate(pc.indices_nonzero(chosen).to_pylist()):
            if place in column.odd:
                texts[at], numbers[at] = column.odd[place], -2 - len(column.odd[place])
        data, lengths = pa.array(texts, pa.binary()), pa.array(numbers, pa.int32())
    return data, _bytes(lengths)


def _from_text(values: pa.Array, form: Form) -> Plain:
    """Put what `write` gives for the values that are there back to their places."""
    written = write(values.drop_null(), form)
    odd_among_present = dict(written.exceptions)
    places: list[int | None] = []
    odd: dict[int, bytes] = {}
    present = ordinary = 0
    for place, there in enumerate(values.is_valid().to_pylist()):
        if there and present in odd_among_present:
            odd[place] = odd_among_present[present]
        is_ordinary = there and place not in odd
        places.append(ordinary if is_ordinary else None)
        ordinary += is_ordinary
        present += there
    return Plain(_bits(written.ordinary.take(pa.array(places, pa.int64()))), odd)


def _bits(values: pa.Array) -> pa.Array:
    """Floats and times as whole numbers of the same bits, so that equal means equal bits."""
    kind = values.type
    if pa.types.is_floating(kind) or pa.types.is_timestamp(kind):
        return values.view(pa.int64())
    return values.view(pa.int32()) if pa.types.is_date32(kind) else values


def _bytes(values: pa.Array) -> pa.Array:
    kind = values.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        return values.cast(pa.binary())
    if pa.types.is_binary(kind):
        return values
    fixed = pa.binary(kind.bit_width // 8)
    return pa.Array.from_buffers(fixed, len(values), values.buffers(), values.null_count, values.offset).cast(
        pa.binary()
    )
