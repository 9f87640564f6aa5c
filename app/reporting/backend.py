"""The two protocols between questions and whatever keeps the facts; one contract suite for every backend."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from app.reporting.check import Question
from app.reporting.datasets import Dataset
from app.reporting.facts import FactBatch, SourceKey
from app.reporting.result import ReportResult
from app.reporting.scope import Scope


@dataclass(frozen=True, slots=True)
class Explained:
    """The statement that answers a question, and the values that are bound in it, in order."""

    language: str
    statement: str
    values: tuple[Any, ...]


class ReportingQueryBackend(Protocol):
    """Compiles a question to its own language. It puts the scope's organisation into the statement itself."""

    def query(self, scope: Scope, question: Question) -> ReportResult: ...

    def explain(self, scope: Scope, question: Question) -> Explained:
        """The same statement, which is not run."""
        ...


class ReportingProjectionSink(Protocol):
    """Keeps facts by their source's key: twice the same batch is as once."""

    def upsert_facts(self, batch: FactBatch) -> None: ...

    def known(self, dataset: Dataset, keys: Collection[SourceKey]) -> set[SourceKey]:
        """Those of the keys that it keeps a fact of."""
        ...

    def supersede_source(self, dataset: Dataset, key: SourceKey) -> None:
        """Forget what came of this source."""
        ...
