"""Check a result in a file against its evidence, without a server and without a database."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.evidence.envelope import columns_of
from app.evidence.verify import Verdict, differs, unavailable, verify_body, verify_result

AT_ONCE = 10_000  # rows
CARRIED = b"plumbline.evidence"  # in the metadata of an exported file


class Unreadable(ValueError):
    """A file is not what it should be; the text says which and why."""


def verify_file(result: Path, evidence: Path) -> Verdict:
    """Both files are read, nothing else is; an export carries its evidence and may be both.

    Raises Unreadable.
    """
    handed_out = _envelope(evidence)
    body = handed_out["body"]
    verdict = verify_body(body, handed_out["body_hash"])
    if not verdict.passed:
        return verdict
    columns = columns_of(handed_out)
    if columns is None:
        return unavailable("The evidence is of a run without a result.")
    with _opened(result) as (names, batches):
        expected = [column.name for column in columns]
        if names != expected:
            return differs("columns", expected, names)
        try:
            return verify_result(body, columns, handed_out.get("row_count"), batches)
        except (pa.ArrowException, OSError) as error:
            raise Unreadable(f"{result} breaks off: {error}") from None


def _envelope(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(_carried(file) or file.read_bytes())
        columns_of(found)
        if isinstance(found["body"], dict) and isinstance(found["body_hash"], str):
            return dict(found)
    except (ValueError, KeyError, TypeError):
        pass
    raise Unreadable(f"{file} is no evidence: save what GET /v1/runs/ID/evidence answers.")


def _carried(file: Path) -> bytes | None:
    """The evidence inside of an exported file."""
    with file.open("rb") as probe:
        head = probe.read(6)
    if head[:4] == b"PAR1":
        metadata = pq.read_schema(file).metadata
    elif head == b"ARROW1":
        with pa.OSFile(str(file)) as source:
            metadata = pa.ipc.open_file(source).schema.metadata
    else:
        return None
    return (metadata or {}).get(CARRIED)


@contextmanager
def _opened(file: Path) -> Iterator[tuple[list[str], Iterator[pa.RecordBatch]]]:
    """Names and batches of Parquet, or of Arrow IPC as a file or as a stream."""
    with file.open("rb") as probe:
        head = probe.read(6)
    try:
        with pa.OSFile(str(file)) as source:
            if head[:4] == b"PAR1":
                parquet = pq.ParquetFile(source)
                yield list(parquet.schema_arrow.names), parquet.iter_batches(AT_ONCE)
            elif head == b"ARROW1":
                whole = pa.ipc.open_file(source)
                yield list(whole.schema.names), map(whole.get_batch, range(whole.num_record_batches))
            else:
                stream = pa.ipc.open_stream(source)
                yield list(stream.schema.names), iter(stream)
    except pa.ArrowInvalid as error:
        raise Unreadable(f"{file} is neither Arrow nor Parquet: {error}") from None
