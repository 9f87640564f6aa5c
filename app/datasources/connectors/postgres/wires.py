"""The binary forms that the decoders know, shared by the compiled and the pure one."""

from dataclasses import dataclass
from enum import IntEnum

import pyarrow as pa
from psycopg.pq.abc import PGresult


class Wire(IntEnum):
    """Postgres' binary form of a column (by its type's *_send). The compiled decoder knows the numbers."""

    BOOL = 0
    INT2 = 1
    INT4 = 2
    INT8 = 3
    FLOAT4 = 4
    FLOAT8 = 5
    DATE = 6
    TIMESTAMP = 7
    TIMESTAMPTZ = 8
    DECIMAL = 9
    TEXT = 10
    BINARY = 11


# Bytes of one value in Arrow; 0 where the values differ in length.
WIDTHS = (1, 2, 4, 8, 4, 8, 4, 8, 8, 16, 0, 0)
OFFSET_WIDTH = 4


@dataclass(frozen=True, slots=True)
class Form:
    """How one column travels; precision and scale are those of DECIMAL."""

    wire: Wire
    precision: int = 0
    scale: int = 0

    @property
    def arrow(self) -> pa.DataType:
        """The type of a batch whose values all fit; others carry the column as text."""
        return pa.decimal128(self.precision, self.scale) if self.wire is Wire.DECIMAL else _ARROW[self.wire]


_ARROW = {
    Wire.BOOL: pa.bool_(),
    Wire.INT2: pa.int16(),
    Wire.INT4: pa.int32(),
    Wire.INT8: pa.int64(),
    Wire.FLOAT4: pa.float32(),
    Wire.FLOAT8: pa.float64(),
    Wire.DATE: pa.date32(),
    Wire.TIMESTAMP: pa.timestamp("us"),
    Wire.TIMESTAMPTZ: pa.timestamp("us", "UTC"),
    Wire.TEXT: pa.string(),
    Wire.BINARY: pa.binary(),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Rows `first` to `end` (exclusive) of one result."""

    result: PGresult
    first: int
    end: int


class Corrupt(ValueError):
    """A value is not in the form its type has. Nothing is guessed and nothing beyond it is read."""
