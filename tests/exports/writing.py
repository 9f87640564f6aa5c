"""Writers without a server: columns of Arrow in, the bytes of a file out."""

from typing import Any

import pyarrow as pa

from app.exports.formats import FORMATS
from app.exports.survey import one_type
from app.exports.writer import Content
from app.runs.models import ResultColumn, Run


def column(name: str, kind: str = "text", type: str | None = None, position: int = 0) -> ResultColumn:
    return ResultColumn(name=name, kind=kind, type=type or kind, position=position)


def written(format: str, columns: list[ResultColumn], *chunks: list[pa.Array], **more: Any) -> bytes:
    """The file of a result with these chunks, each a list of arrays."""
    types = [one_type(each, {chunk[place].type for chunk in chunks}) for place, each in enumerate(columns)]
    writer = FORMATS[format].writer(Content(Run(id=42), columns, types, 0, **more))
    batches = [
        pa.RecordBatch.from_arrays(chunk, names=[f"c{i}" for i in range(len(chunk))]) for chunk in chunks
    ]
    return b"".join([writer.begin(), *map(writer.write, batches), writer.end()])
