"""The table that Postgres keeps a dataset's facts in."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Numeric, Table, Text
from sqlalchemy.types import TypeEngine

from app.core.db import Base
from app.reporting.words import Kind

TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.TEXT: Text(),
    Kind.INTEGER: BigInteger(),
    Kind.DECIMAL: Numeric(),
    Kind.BOOLEAN: Boolean(),
    Kind.DATE: Date(),
    Kind.TIMESTAMP: DateTime(timezone=True),
}
KEYS = ("org_id", "source_key", "occurred_at")  # the columns that every fact has


def fact_table(name: str, columns: Iterable[tuple[str, Kind]]) -> Table:
    """One row for each source of an organisation; no foreign keys, since facts outlive what they name."""
    return Table(
        name,
        Base.metadata,
        Column("org_id", BigInteger, primary_key=True, autoincrement=False),
        Column("source_key", Text, primary_key=True),
        Column("occurred_at", DateTime(timezone=True), nullable=False),
        *(Column(column, TYPES[kind]) for column, kind in columns),
        Index(f"ix_{name}_org_id_occurred_at", "org_id", "occurred_at"),
    )
