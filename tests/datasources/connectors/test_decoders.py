"""The compiled decoder is the pure one, only faster; and neither reads what is not there."""

import ctypes
import importlib
from collections.abc import Iterator
from decimal import Decimal
from types import ModuleType
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import pq

from app.datasources.connectors.postgres import decode_pure, printed
from app.datasources.connectors.postgres.wires import Corrupt, Form, Span, Wire
from tests.datasources.connectors.reading import decode_compiled

_BYTES = {
    Wire.BOOL: st.sampled_from([b"\0", b"\1"]),
    Wire.INT2: st.binary(min_size=2, max_size=2),
    **dict.fromkeys((Wire.INT4, Wire.FLOAT4, Wire.DATE), st.binary(min_size=4, max_size=4)),
    **dict.fromkeys(
        (Wire.INT8, Wire.FLOAT8, Wire.TIMESTAMP, Wire.TIMESTAMPTZ), st.binary(min_size=8, max_size=8)
    ),
    Wire.TEXT: st.text().map(str.encode) | st.binary(max_size=8),
    Wire.BINARY: st.binary(),
}


@st.composite
def _numerics(draw: st.DrawFn) -> bytes:
    digits = draw(st.lists(st.integers(0, 10_000), max_size=12))
    weight, scale = draw(st.integers(-10, 11)), draw(st.sampled_from([0, 2, 10, 38]))
    sign = draw(st.sampled_from([0, 0x4000, 0xC000, 0xD000, 0xF000, 7]))
    numbers = [len(digits), weight & 0xFFFF, sign, scale, *digits]
    return b"".join(number.to_bytes(2, "big") for number in numbers)


@pytest.fixture(scope="module")
def libpq() -> ctypes.CDLL:
    library = ctypes.CDLL(importlib.import_module("psycopg_binary.pq").__file__)
    library.PQsetvalue.argtypes = [
        ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int,
    ]  # fmt: skip
    return library


@pytest.fixture(scope="module")
def connection(source_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(source_url, autocommit=True) as connection:
        yield connection


def _result(connection: psycopg.Connection, libpq: ctypes.CDLL, rows: list[bytes | None]) -> Any:
    """A result of one column that holds these very bytes, as no honest server may send them."""
    result = connection.pgconn.make_empty_result(pq.ExecStatus.TUPLES_OK)
    result.set_attributes([pq.PGresAttDesc(b"c0", 0, 0, 1, 25, -1, -1)])
    for row, value in enumerate(rows):
        length = -1 if value is None else len(value)
        assert libpq.PQsetvalue(result.pgresult_ptr, row, 0, value, length) == 1
    return result


def _decoded(decoder: ModuleType, result: Any, form: Form, first: int, end: int) -> Any:
    try:
        (array,) = decoder.decode([Span(result, first, end)], [form])
    except Corrupt:
        return Corrupt
    array.validate(full=True)
    return array.type, array.cast(array.type).to_pylist() if not _is_time(form) else array.to_string()


def _is_time(form: Form) -> bool:
    return form.wire in (Wire.TIMESTAMP, Wire.TIMESTAMPTZ)


@pytest.mark.skipif(decode_compiled is None, reason="the compiled decoder is not built")
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_decoders_agree_on_any_bytes(
    data: st.DataObject, connection: psycopg.Connection, libpq: ctypes.CDLL
) -> None:
    wire = data.draw(st.sampled_from(list(Wire)))
    good = _numerics() if wire is Wire.DECIMAL else _BYTES[wire]
    values = st.none() | (good if data.draw(st.booleans()) else good | st.binary(max_size=20))
    rows = data.draw(st.lists(values, min_size=1, max_size=20))
    scale = data.draw(st.sampled_from([0, 2, 10, 38]))
    precision = data.draw(st.integers(max(1, scale), 38))
    form = Form(wire, precision, scale) if wire is Wire.DECIMAL else Form(wire)
    first = data.draw(st.integers(0, len(rows) - 1))
    result = _result(connection, libpq, rows)

    pure = _decoded(decode_pure, result, form, first, len(rows))
    compiled = _decoded(decode_compiled, result, form, first, len(rows))

    assert repr(pure) == repr(compiled)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.none() | st.binary(max_size=50), min_size=1, max_size=30), budget=st.integers(-5, 2000)
)
def test_both_decoders_cut_at_the_same_row(
    rows: list[bytes | None], budget: int, connection: psycopg.Connection, libpq: ctypes.CDLL
) -> None:
    result = _result(connection, libpq, rows)
    cut = decode_pure.cut(result, 0, len(rows), budget, [Form(Wire.TEXT)])
    assert cut[1] <= max(budget, 0)
    if decode_compiled:
        assert decode_compiled.cut(result, 0, len(rows), budget, [Form(Wire.TEXT)]) == cut


@pytest.mark.parametrize("wire", [wire for wire in Wire if wire not in (Wire.TEXT, Wire.BINARY)])
@pytest.mark.parametrize("value", [b"", b"\1\2\3", b"\0" * 7, b"\0" * 9, b"\xff" * 40])
def test_a_value_of_the_wrong_length_is_corrupt(
    wire: Wire, value: bytes, connection: psycopg.Connection, libpq: ctypes.CDLL, decoder: ModuleType
) -> None:
    result = _result(connection, libpq, [None, value])
    with pytest.raises(Corrupt):
        decoder.decode([Span(result, 0, 2)], [Form(wire, 10, 2) if wire is Wire.DECIMAL else Form(wire)])


def test_nothing_beyond_a_result_is_read(connection: psycopg.Connection, libpq: ctypes.CDLL) -> None:
    if decode_compiled is None:
        pytest.skip("the compiled decoder is not built")
    result = _result(connection, libpq, [b"a", b"b"])
    text = Form(Wire.TEXT)
    for span, forms in [((0, 3), [text]), ((-1, 1), [text]), ((2, 1), [text]), ((0, 2), [text, text])]:
        with pytest.raises(Corrupt):
            decode_compiled.decode([Span(result, *span)], forms)
        with pytest.raises(Corrupt):
            decode_compiled.cut(result, *span, 100, forms)
    result.clear()
    with pytest.raises(Corrupt):
        decode_compiled.decode([Span(result, 0, 1)], [text])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    days=st.integers(-2_451_545, 2_145_031_948),
    microseconds=st.integers(-211_813_488_000_000_000, 9_223_371_331_199_999_999),
    number=st.decimals(-(10**40), 10**40) | st.sampled_from(["NaN", "Infinity", "-Infinity"]),
)
def test_what_is_printed_here_is_what_the_server_prints(
    days: int, microseconds: int, number: Decimal | str, connection: psycopg.Connection
) -> None:
    connection.execute("set datestyle = 'ISO'")
    result = connection.pgconn.exec_params(
        b"select date '2000-01-01' + $1::int, timestamp '2000-01-01' "
        b"+ ($2::bigint / 86400000000) * interval '1 day' "
        b"+ ($2::bigint % 86400000000) * interval '1 microsecond', $3::numeric",
        [str(days).encode(), str(microseconds).encode(), str(number).encode()],
    )
    shown = [(result.get_value(0, i) or b"").decode() for i in range(3)]
    assert shown[:2] == [printed.date(days), printed.timestamp(microseconds)]
    binary = connection.pgconn.exec_params(b"select $1::numeric", [shown[2].encode()], result_format=1)
    assert printed.numeric(*decode_pure._numeric(binary.get_value(0, 0) or b"")) == shown[2]
