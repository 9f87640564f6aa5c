"""The output hash a second time: plain Python over plain values, straight from docs/evidence.md."""

import hashlib
import re
import struct
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal
from typing import Any

EPOCH = datetime(1970, 1, 1)
EXACT = Context(prec=100)


def output_hash(columns: list[tuple[str, str, str]], rows: list[list[Any]]) -> str:
    """`columns` are (name, type, kind); a cell is None, a Python value, or text as the source prints it."""
    whole = b"plumbline output hash 1\n" + struct.pack("<QI", len(rows), len(columns))
    for index, (name, type_, kind) in enumerate(columns):
        form = form_of(type_, kind)
        values, lengths, nulls, exceptions = b"", b"", b"", b""
        for number, row in enumerate(rows):
            cell = row[index]
            if cell is None:
                nulls += struct.pack("<Q", number)
            elif (canonical := canonical_form(cell, form, type_.lower())) is None:
                exceptions += struct.pack("<Q", number) + text(cell)
            else:
                values += canonical
                if form in ("text", "binary"):
                    lengths += struct.pack("<I", len(canonical))
        whole += text(name) + text(type_) + text(form)
        for stream in (values, lengths, nulls, exceptions):
            whole += hashlib.sha256(stream).digest()
    return hashlib.sha256(whole).hexdigest()


def text(value: str) -> bytes:
    return struct.pack("<I", len(value.encode())) + value.encode()


def form_of(type_: str, kind: str) -> str:
    if kind == "decimal":
        found = re.search(r"\((\d+), ?(\d+)\)$", type_)
        return "decimal" if found and 1 <= int(found[1]) <= 38 and int(found[2]) <= int(found[1]) else "text"
    return kind if kind in ("boolean", "integer", "float", "date", "timestamp", "binary") else "text"


def canonical_form(cell: Any, form: str, type_: str) -> bytes | None:
    """None for an exception."""
    match form:
        case "boolean":
            cell = {"true": True, "false": False}.get(cell, cell)
            return bytes([cell]) if isinstance(cell, bool) else None
        case "integer":
            if isinstance(cell, str):
                if not re.fullmatch(r"0|-?[1-9][0-9]*", cell):
                    return None
                cell = int(cell)
            return struct.pack("<q", cell) if -(2**63) <= cell < 2**63 else None
        case "float":
            number = float(cell)
            return bytes.fromhex("000000000000f87f") if number != number else struct.pack("<d", number)
        case "decimal":
            return decimal_form(cell, type_)
        case "date":
            if isinstance(cell, str):
                if (cell := parsed(cell, r"\d{4}-\d\d-\d\d", "%Y-%m-%d")) is None:
                    return None
                cell = cell.date()
            return struct.pack("<i", (cell - date(1970, 1, 1)).days)
        case "timestamp":
            return timestamp_form(cell, "with time zone" in type_ or "timestamptz" in type_)
        case "binary":
            return bytes(cell)
    return str(cell).encode()


def decimal_form(cell: Any, type_: str) -> bytes | None:
    found = re.search(r"\((\d+), ?(\d+)\)$", type_)
    assert found
    precision, scale = int(found[1]), int(found[2])
    if isinstance(cell, str):
        if not re.fullmatch(r"-?(0|[1-9]\d*)" + (rf"\.\d{{{scale}}}" if scale else ""), cell):
            return None
        if re.fullmatch(r"-[0.]*", cell):
            return None
    number = int(Decimal(cell).scaleb(scale, EXACT))
    return number.to_bytes(16, "little", signed=True) if abs(number) < 10**precision else None


def timestamp_form(cell: Any, zoned: bool) -> bytes | None:
    if isinstance(cell, str):
        plain = cell.removesuffix("+00")
        if zoned == (plain == cell):
            return None
        whole, _, fraction = plain.partition(".")
        if "." in plain and not re.fullmatch(r"\d{0,5}[1-9]", fraction):
            return None
        if (moment := parsed(whole, r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "%Y-%m-%d %H:%M:%S")) is None:
            return None
        cell = moment + timedelta(microseconds=int(fraction.ljust(6, "0")))
    if cell.tzinfo:
        cell = cell.astimezone(UTC).replace(tzinfo=None)
    return struct.pack("<q", (cell - EPOCH) // timedelta(microseconds=1))


def parsed(value: str, pattern: str, written: str) -> datetime | None:
    try:
        return datetime.strptime(value, written) if re.fullmatch(pattern, value, re.ASCII) else None
    except ValueError:
        return None
