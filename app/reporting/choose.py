"""Who keeps facts and answers questions: Postgres, or Parquet files where PLUMB_FACTS_URL says so."""

from sqlalchemy.orm import Session

from app.core import runtime
from app.reporting.backend import ReportingProjectionSink, ReportingQueryBackend
from app.reporting.datasets import Dataset
from app.reporting.postgres.query import PostgresBackend
from app.reporting.postgres.sink import PostgresSink


def backend_for(dataset: Dataset) -> ReportingQueryBackend:
    """What is read in place is always in Postgres."""
    url = runtime.settings().facts_url
    if not url or dataset.projection is None:
        return PostgresBackend()
    # Only here: DuckDB is an extra, and neither it nor pyarrow is needed where Postgres keeps the facts.
    from app.reporting.parquet.files import Place
    from app.reporting.parquet.query import ParquetBackend

    return ParquetBackend(Place(url))


def sink_for(session: Session, dataset: Dataset) -> ReportingProjectionSink:
    """Postgres' is a part of the session's transaction."""
    url = runtime.settings().facts_url
    if not url:
        return PostgresSink(session)
    from app.reporting.parquet.files import Place
    from app.reporting.parquet.sink import ParquetSink

    return ParquetSink(Place(url))
