"""Which backend keeps facts and answers questions."""

from sqlalchemy.orm import Session

from app.reporting.backend import ReportingProjectionSink, ReportingQueryBackend
from app.reporting.datasets import Dataset
from app.reporting.postgres.query import PostgresBackend
from app.reporting.postgres.sink import PostgresSink


def backend_for(dataset: Dataset) -> ReportingQueryBackend:
    return PostgresBackend()


def sink_for(session: Session, dataset: Dataset) -> ReportingProjectionSink:
    return PostgresSink(session)
