"""Facts as Parquet files by organisation and day, in a folder or an S3-compatible store.

`DATASET/org=1/day=2026-03-01/000001.parquet`: a day is a few files of at most FULL rows, so that what changes
today is small. Each source is in exactly one file, and a file is replaced as a whole. Libraries are imported
when the first file is touched: no process needs them where Postgres keeps the facts.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa

from app.reporting.datasets import Dataset
from app.reporting.words import Kind

FULL = 50_000  # rows
SCHEME = "s3://"
TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.DECIMAL: pa.decimal128(38, 6),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us", "UTC"),
}


def schema_of(dataset: Dataset) -> pa.Schema:
    """As `table.fact_table` has it."""
    keys = [("org_id", pa.int64()), ("source_key", pa.string()), ("occurred_at", TYPES[Kind.TIMESTAMP])]
    return pa.schema([*keys, *((field.name, TYPES[field.kind]) for field in dataset.fields())])


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, or `s3://bucket/prefix`; endpoint, region and keys come from the usual AWS variables."""

    url: str

    def days(self, dataset: Dataset, org_id: int) -> list[date]:
        """The days of which there are facts, in order."""
        names = self._names(self._folder(dataset, org_id))
        return sorted(date.fromisoformat(name.removeprefix("day=")) for name in names)

    def files(self, dataset: Dataset, org_id: int, day: date) -> list[str]:
        folder = self._folder(dataset, org_id, day)
        return [f"{folder}/{name}" for name in sorted(self._names(folder)) if name.endswith(".parquet")]

    def new_file(self, dataset: Dataset, org_id: int, day: date) -> str:
        last = self.files(dataset, org_id, day)[-1:]
        number = int(last[0].rpartition("/")[2].partition(".")[0]) + 1 if last else 1
        return f"{self._folder(dataset, org_id, day)}/{number:06}.parquet"

    def read(self, path: str, columns: Sequence[str] | None = None) -> pa.Table:
        import pyarrow.parquet as pq

        return pq.read_table(path, columns=columns, filesystem=self._system(), partitioning=None)

    def replace(self, path: str, table: pa.Table) -> None:
        """Readers see the file as it was or as it is; a file without rows is deleted."""
        import pyarrow.parquet as pq

        system = self._system()
        if table.num_rows == 0:
            system.delete_file(path)
            return
        beside = path if self.url.startswith(SCHEME) else f"{path}.new"
        if beside != path:
            system.create_dir(path.rpartition("/")[0], recursive=True)
        with system.open_output_stream(beside) as stream:
            pq.write_table(table, stream, compression="zstd")
        if beside != path:
            system.move(beside, path)

    def together(self, paths: Sequence[str], schema: pa.Schema) -> Any:
        """The files as one dataset of pyarrow, which reads only what a statement needs."""
        import pyarrow.dataset as ds

        return ds.dataset(list(paths), schema=schema, format="parquet", filesystem=self._system())

    def _folder(self, dataset: Dataset, org_id: int, day: date | None = None) -> str:
        root = self.url.removeprefix(SCHEME).rstrip("/")
        folder = f"{root}/{dataset.name}/org={org_id}"
        return f"{folder}/day={day.isoformat()}" if day else folder

    def _names(self, folder: str) -> list[str]:
        from pyarrow.fs import FileSelector

        found = self._system().get_file_info(FileSelector(folder, allow_not_found=True))
        return [info.base_name for info in found]

    def _system(self) -> Any:
        if not self.url.startswith(SCHEME):
            from pyarrow.fs import LocalFileSystem

            return LocalFileSystem()
        return _bucket(os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL", ""))


@lru_cache(maxsize=8)
def _bucket(endpoint: str) -> Any:
    from pyarrow.fs import S3FileSystem

    scheme, _, host = endpoint.partition("://")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    near = {"endpoint_override": host, "scheme": scheme} if endpoint else {}
    return S3FileSystem(
        region=region, connect_timeout=3, request_timeout=30, allow_bucket_creation=False, **near
    )
