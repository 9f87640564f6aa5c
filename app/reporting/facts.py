"""Facts on their way from a source to where they are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.reporting.datasets import Dataset


@dataclass(frozen=True, slots=True)
class SourceKey:
    """What a fact came of: a row of an organisation."""

    org_id: int
    source_key: str


@dataclass(frozen=True, slots=True)
class FactRecord:
    """What is known of one source; `values` by the names of the dataset's fields."""

    key: SourceKey
    occurred_at: datetime
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FactBatch:
    """Facts of one dataset, each source at most once."""

    dataset: Dataset
    facts: Sequence[FactRecord]
