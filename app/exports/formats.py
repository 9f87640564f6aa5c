"""The formats of a download: what each is called, and who writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from app.core.errors import Invalid
from app.exports.columnar import ArrowFile, ParquetFile
from app.exports.delimited import Delimited
from app.exports.objects import Objects
from app.exports.refusals import Shape, shape_for_excel, some_columns
from app.exports.writer import Content, Writer
from app.exports.xlsx.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Format:
    """`name` is the ending of the file, too.

    `compressed` formats gain nothing on the wire; `typed` ones must know each column's type beforehand, and
    carry the run's evidence; `for_excel` has a longest cell. `shape` raises Invalid for a result that does
    not fit, by its numbers of rows and columns.
    """

    name: str
    label: str
    media_type: str
    writer: Callable[[Content], Writer]
    compressed: bool = False
    typed: bool = False
    for_excel: bool = False
    shape: Shape | None = None


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PARQUET = "application/vnd.apache.parquet"
_CSV = partial(Delimited, separator=",")
_TSV = partial(Delimited, separator="\t")
_JSON = partial(Objects, first="[\n", between=",", last="]\n")
_NDJSON = partial(Objects, first="", between="", last="")

_ALL = (
    Format("csv", "CSV", "text/csv; charset=utf-8", _CSV),
    Format("tsv", "TSV", "text/tab-separated-values; charset=utf-8", _TSV),
    Format("xlsx", "Excel", _XLSX, Workbook, compressed=True, for_excel=True, shape=shape_for_excel),
    Format("json", "JSON", "application/json", _JSON),
    Format("ndjson", "NDJSON", "application/x-ndjson", _NDJSON),
    Format("parquet", "Parquet", _PARQUET, ParquetFile, compressed=True, typed=True, shape=some_columns),
    Format("arrow", "Arrow", "application/vnd.apache.arrow.file", ArrowFile, typed=True),
)
FORMATS: Mapping[str, Format] = {each.name: each for each in _ALL}


def format_named(name: str) -> Format:
    """Raises Invalid at `format`."""
    if name not in FORMATS:
        raise Invalid(fields={"format": f"Use one of {', '.join(FORMATS)}."})
    return FORMATS[name]
