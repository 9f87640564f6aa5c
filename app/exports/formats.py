"""The formats of a download: what each is called, and who writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from app.core.errors import Invalid
from app.exports.columnar import ArrowFile, ParquetFile
from app.exports.delimited import Delimited
from app.exports.objects import Objects
from app.exports.writer import Content, Writer


@dataclass(frozen=True, slots=True)
class Format:
    """`name` is the ending of the file, too.

    `compressed` formats gain nothing on the wire; `typed` ones must know each column's type beforehand, and
    carry the run's evidence.
    """

    name: str
    label: str
    media_type: str
    writer: Callable[[Content], Writer]
    compressed: bool = False
    typed: bool = False


_CSV = partial(Delimited, separator=",")
_TSV = partial(Delimited, separator="\t")
_JSON = partial(Objects, first="[\n", between=",", last="]\n")
_NDJSON = partial(Objects, first="", between="", last="")

_ALL = (
    Format("csv", "CSV", "text/csv; charset=utf-8", _CSV),
    Format("tsv", "TSV", "text/tab-separated-values; charset=utf-8", _TSV),
    Format("json", "JSON", "application/json", _JSON),
    Format("ndjson", "NDJSON", "application/x-ndjson", _NDJSON),
    Format("parquet", "Parquet", "application/vnd.apache.parquet", ParquetFile, compressed=True, typed=True),
    Format("arrow", "Arrow", "application/vnd.apache.arrow.file", ArrowFile, typed=True),
)
FORMATS: Mapping[str, Format] = {each.name: each for each in _ALL}


def format_named(name: str) -> Format:
    """Raises Invalid at `format`."""
    if name not in FORMATS:
        raise Invalid(fields={"format": f"Use one of {', '.join(FORMATS)}."})
    return FORMATS[name]
