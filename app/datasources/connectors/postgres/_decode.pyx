# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""What decode_pure does, compiled: Postgres' binary forms straight into Arrow's buffers.

It calls the very libpq that psycopg loaded. Every value's length is checked before it is read.
"""

import pyarrow as pa
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t, uintptr_t
from libc.string cimport memcpy, memset

from app.datasources.connectors.postgres import decode_pure
from app.datasources.connectors.postgres.libpq import function
from app.datasources.connectors.postgres.wires import OFFSET_WIDTH, WIDTHS, Corrupt

cdef extern from *:
    """
    typedef __int128 plumb_int128;
    """
    ctypedef long long int128 "plumb_int128"  # of 16 bytes: Cython only has to know that it is a number

ctypedef char *(*getvalue_t)(void *, int, int) noexcept nogil
ctypedef int (*getint_t)(void *, int, int) noexcept nogil
ctypedef int (*count_t)(void *) noexcept nogil


# The numbers of wires.Wire.
cdef enum:
    BOOL, INT2, INT4, INT8, FLOAT4, FLOAT8, DATE, TIMESTAMP, TIMESTAMPTZ, DECIMAL, TEXT, BINARY

# How a column went.
cdef enum:
    READ, DOES_NOT_FIT, CORRUPT

cdef int64_t DAYS_TO_2000 = 10957
cdef int64_t US_TO_2000 = 946684800000000
cdef int64_t FIRST_DAY = -719162, LAST_DAY = 2932896  # years 1 to 9999, in days since 1970
cdef int64_t FIRST_US = FIRST_DAY * 86400000000LL, END_US = (LAST_DAY + 1) * 86400000000LL
cdef int64_t LONGEST_TEXT = 2147483647  # of an Arrow array with 32-bit offsets

cdef getvalue_t get_value = <getvalue_t><uintptr_t>function("PQgetvalue")
cdef getint_t get_length = <getint_t><uintptr_t>function("PQgetlength")
cdef getint_t get_is_null = <getint_t><uintptr_t>function("PQgetisnull")
cdef count_t get_rows = <count_t><uintptr_t>function("PQntuples")
cdef count_t get_columns = <count_t><uintptr_t>function("PQnfields")


def cut(result, int first, int last, object budget, forms):
    """See decode_pure.cut."""
    cdef void *address = _checked(result, first, last, len(forms))
    cdef int64_t fixed = 0, left = budget, taken = 0, more
    cdef int varying[1700]
    cdef int count = 0, row, i
    for i in range(len(forms)):
        wire = forms[i].wire
        fixed += WIDTHS[wire] or OFFSET_WIDTH
        if not WIDTHS[wire]:
            varying[count] = i
            count += 1
    with nogil:
        for row in range(first, last):
            more = fixed
            for i in range(count):
                more += get_length(address, row, varying[i])
            if taken + more > left:
                last = row
                break
            taken += more
    return last, taken


def decode(spans, forms):
    """See decode_pure.decode."""
    return [_column(spans, index, form) for index, form in enumerate(forms)]


cdef void *_checked(result, int first, int last, int columns) except NULL:
    """The result's address, once the rows and columns asked for are known to exist."""
    cdef uintptr_t address = result.pgresult_ptr or 0
    if address == 0:
        raise Corrupt("The result was cleared before it was read.")
    cdef int rows = get_rows(<void *>address) if address else 0
    if first < 0 or last < first or last > rows or columns > get_columns(<void *>address):
        raise Corrupt("The result has fewer rows or columns than were asked for.")
    return <void *>address


cdef object _column(spans, int index, form):
    cdef int wire = form.wire
    cdef int64_t rows = 0, at = 0
    cdef int state = READ
    cdef void *address
    cdef int first, end
    for span in spans:
        _checked(span.result, span.first, span.end, index + 1)
        rows += span.end - span.first
    if wire == TEXT or wire == BINARY:
        return _varying(spans, index, form, wire, rows)

    cdef int width = WIDTHS[wire]
    values_buffer = pa.allocate_buffer((rows + 7) // 8 if wire == BOOL else rows * width)
    nulls_buffer = pa.allocate_buffer((rows + 7) // 8)
    cdef uint8_t *values = <uint8_t *><uintptr_t>values_buffer.address
    cdef uint8_t *valid = <uint8_t *><uintptr_t>nulls_buffer.address
    cdef int64_t nulls = 0
    cdef int precision = form.precision, scale = form.scale
    cdef int128 limit = _tens[precision]
    memset(valid, 0xFF, nulls_buffer.size)
    if wire == BOOL:
        memset(values, 0, values_buffer.size)
    for span in spans:
        address = <void *><uintptr_t>span.result.pgresult_ptr
        first, end = span.first, span.end
        with nogil:
            if wire == DECIMAL:
                state = _decimals(
                    address, first, end, index, <int128 *>values + at, valid, at, &nulls, scale, limit
                )
            else:
                state = _fixed(address, first, end, index, wire, values, valid, at, &nulls)
        if state != READ:
            # The rare ways out are the pure decoder's: text for what does not fit, words for what is corrupt.
            return decode_pure.column(spans, index, form)
        at += end - first
    return pa.Array.from_buffers(form.arrow, rows, [nulls_buffer if nulls else None, values_buffer], nulls)


cdef int _fixed(
    void *address, int first, int end, int column, int wire,
    uint8_t *values, uint8_t *valid, int64_t at, int64_t *nulls,
) noexcept nogil:
    cdef int row, length
    cdef const uint8_t *raw
    cdef int64_t number
    cdef int expected = 8
    if wire == BOOL:
        expected = 1
    elif wire == INT2:
        expected = 2
    elif wire == INT4 or wire == FLOAT4 or wire == DATE:
        expected = 4
    for row in range(first, end):
        length = get_length(address, row, column)
        if length != expected:
            if length != 0 or not get_is_null(address, row, column):
                return CORRUPT
            _set_null(valid, at, nulls)
            if expected == 4:
                (<uint32_t *>values)[at] = 0
            elif expected == 8:
                (<uint64_t *>values)[at] = 0
            elif expected == 2:
                (<uint16_t *>values)[at] = 0
            at += 1
            continue
        raw = <const uint8_t *>get_value(address, row, column)
        if wire == INT4 or wire == FLOAT4:
            (<uint32_t *>values)[at] = _four(raw)
        elif wire == INT8 or wire == FLOAT8:
            (<uint64_t *>values)[at] = _eight(raw)
        elif wire == TIMESTAMP or wire == TIMESTAMPTZ:
            number = <int64_t>_eight(raw)
            if number < FIRST_US - US_TO_2000 or number >= END_US - US_TO_2000:
                return DOES_NOT_FIT
            (<int64_t *>values)[at] = number + US_TO_2000
        elif wire == DATE:
            number = <int64_t>(<int32_t>_four(raw)) + DAYS_TO_2000
            if number < FIRST_DAY or number > LAST_DAY:
                return DOES_NOT_FIT
            (<int32_t *>values)[at] = <int32_t>number
        elif wire == INT2:
            (<uint16_t *>values)[at] = _two(raw)
        elif raw[0]:
            values[at >> 3] |= <uint8_t>(1 << (at & 7))
        at += 1
    return READ


cdef int _decimals(
    void *address, int first, int end, int column,
    int128 *values, uint8_t *valid, int64_t at, int64_t *nulls, int scale, int128 limit,
) noexcept nogil:
    """numeric_send: count, weight, sign, digits shown after the point, then the digits in base 10,000."""
    cdef int row, length, i, count, weight, sign, power, digit
    cdef const uint8_t *raw
    cdef int128 total
    for row in range(first, end):
        length = get_length(address, row, column)
        if length == 0 and get_is_null(address, row, column):
            _set_null(valid, at, nulls)
            values[0] = 0
            values += 1
            at += 1
            continue
        if length < 8:
            return CORRUPT
        raw = <const uint8_t *>get_value(address, row, column)
        count = _two(raw)
        weight = <int16_t>_two(raw + 2)
        sign = _two(raw + 4)
        if length != 8 + 2 * count:
            return CORRUPT
        if (sign != 0 and sign != 0x4000) or _two(raw + 6) != scale or weight > 9:
            return DOES_NOT_FIT
        total = 0
        for i in range(count):
            digit = _two(raw + 8 + 2 * i)
            if digit > 9999:
                return CORRUPT
            # In units of the last digit shown, this one is worth 10 to the power 4 * (weight - i) + scale.
            power = 4 * (weight - i) + scale
            if power >= 0:
                if digit and power > 38:
                    return DOES_NOT_FIT
                if digit and <int128>digit > limit / _tens[power]:
                    return DOES_NOT_FIT
                if digit:
                    total += <int128>digit * _tens[power]
            elif power > -4:
                total += digit / <int>_tens[-power]
        if total >= limit:
            return DOES_NOT_FIT
        values[0] = -total if sign else total
        values += 1
        at += 1
    return READ


cdef object _varying(spans, int index, form, int wire, int64_t rows):
    cdef int64_t size = 0, at = 0, offset = 0, nulls = 0
    cdef int row, first, end, length
    cdef void *address
    for span in spans:
        address = <void *><uintptr_t>span.result.pgresult_ptr
        first, end = span.first, span.end
        with nogil:
            for row in range(first, end):
                size += get_length(address, row, index)
    if size > LONGEST_TEXT:
        raise Corrupt(f"Column {index} holds more than 2 GB in one batch.")

    offsets_buffer = pa.allocate_buffer((rows + 1) * OFFSET_WIDTH)
    data_buffer = pa.allocate_buffer(size)
    nulls_buffer = pa.allocate_buffer((rows + 7) // 8)
    cdef int32_t *offsets = <int32_t *><uintptr_t>offsets_buffer.address
    cdef char *data = <char *><uintptr_t>data_buffer.address
    cdef uint8_t *valid = <uint8_t *><uintptr_t>nulls_buffer.address
    memset(valid, 0xFF, nulls_buffer.size)
    offsets[0] = 0
    for span in spans:
        address = <void *><uintptr_t>span.result.pgresult_ptr
        first, end = span.first, span.end
        with nogil:
            for row in range(first, end):
                length = get_length(address, row, index)
                if length:
                    memcpy(data + offset, get_value(address, row, index), length)
                    offset += length
                elif get_is_null(address, row, index):
                    _set_null(valid, at, &nulls)
                at += 1
                offsets[at] = <int32_t>offset
    buffers = [nulls_buffer if nulls else None, offsets_buffer, data_buffer]
    array = pa.Array.from_buffers(form.arrow, rows, buffers, nulls)
    if wire == TEXT:
        try:
            array.validate(full=True)
        except pa.ArrowInvalid:  # not UTF-8: a database in SQL_ASCII holds any bytes
            return decode_pure.column(spans, index, form)
    return array


cdef inline void _set_null(uint8_t *valid, int64_t at, int64_t *nulls) noexcept nogil:
    valid[at >> 3] &= <uint8_t>~(1 << (at & 7))
    nulls[0] += 1


cdef inline uint16_t _two(const uint8_t *raw) noexcept nogil:
    return <uint16_t>((raw[0] << 8) | raw[1])


cdef inline uint32_t _four(const uint8_t *raw) noexcept nogil:
    return (<uint32_t>raw[0] << 24) | (<uint32_t>raw[1] << 16) | (<uint32_t>raw[2] << 8) | raw[3]


cdef inline uint64_t _eight(const uint8_t *raw) noexcept nogil:
    return (<uint64_t>_four(raw) << 32) | _four(raw + 4)


cdef int128 _tens[39]
cdef int _power
_tens[0] = 1
for _power in range(1, 39):
    _tens[_power] = _tens[_power - 1] * 10
