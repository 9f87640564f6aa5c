"""The report's body: what an answer is, how it came about, and what is to be known of it.

It is the same for two runs whose facts are the same; docs/evidence.md explains each member.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import rfc8785

from app.evidence.frontier import Frontier

SCHEMA_VERSION = 1


class ReplayMode(StrEnum):
    """Whether the source was read for this run, or a stored result was given again."""

    LIVE = "live"
    STORED = "stored"


class FreshnessMode(StrEnum):
    CONSISTENT = "consistent"
    MAYBE_STALE = "maybe_stale"


class Observed(StrEnum):
    FRESH = "fresh"
    STALE_ALLOWED = "stale_allowed"
    NOT_APPLICABLE = "not_applicable"
    UNAVAILABLE = "unavailable"


class CacheStatus(StrEnum):
    HIT = "hit"
    MISS = "miss"
    BYPASSED = "bypassed"
    UNAVAILABLE = "unavailable"


class FindingCode(StrEnum):
    """The closed set of what a reader is told; `Finding.subject` says which one of its kind."""

    FRONTIER_UNKNOWN = "frontier_unknown"
    OUTPUT_HASH_UNAVAILABLE = "output_hash_unavailable"
    PROJECTION_FAILED = "projection_failed"
    RELATIONS_UNKNOWN = "relations_unknown"
    STALE_USED = "stale_used"
    TRUNCATED = "truncated"
    WATERMARK_UNKNOWN = "watermark_unknown"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    code: FindingCode
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A datasource and the relations that the statement reads there; None when they are not known."""

    datasource_id: int
    kind: str
    relations: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Freshness:
    """What was asked for and what was observed; `max_stale_ms` belongs to `maybe_stale`."""

    mode: FreshnessMode = FreshnessMode.CONSISTENT
    max_stale_ms: int | None = None
    observed: Observed = Observed.FRESH
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EventsUpTo:
    """What a declared watermark found: the greatest of a column, or what a statement beside said."""

    column: str | None
    statement_hash: str | None
    value: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class BoundAs:
    """A value as it was bound: its parameter, its kind, and its canonical text, None for NULL."""

    name: str
    kind: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What makes two runs equal: the datasource, the exact SQL, the bound values and the limits."""

    datasource_id: int
    sql: str
    values: tuple[BoundAs, ...]
    timeout_s: int
    max_rows: int
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Report:
    """The facts of one run. Hashes are `sha256:` and 64 hexadecimal digits."""

    asked: Asked
    sources: tuple[Source, ...]
    frontier: Frontier
    output_hash: str | None
    freshness: Freshness = Freshness()
    replay_mode: ReplayMode = ReplayMode.LIVE
    cache_status: CacheStatus = CacheStatus.BYPASSED
    checkpoint: str | None = None
    truncated_by: str | None = None
    failure: str | None = None
    watermark: EventsUpTo | None = None

    def findings(self) -> list[Finding]:
        """All that hold, sorted."""
        found = set()
        if self.failure is not None:
            found.add(Finding(FindingCode.PROJECTION_FAILED, self.failure))
        if self.output_hash is None:
            found.add(Finding(FindingCode.OUTPUT_HASH_UNAVAILABLE))
        if not self.frontier.known:
            found.add(Finding(FindingCode.FRONTIER_UNKNOWN))
        if self.watermark is not None and self.watermark.value is None:
            found.add(Finding(FindingCode.WATERMARK_UNKNOWN))
        if self.truncated_by is not None:
            found.add(Finding(FindingCode.TRUNCATED, self.truncated_by))
        if self.freshness.observed is Observed.STALE_ALLOWED:
            found.add(Finding(FindingCode.STALE_USED))
        for source in self.sources:
            if source.relations is None:
                found.add(Finding(FindingCode.RELATIONS_UNKNOWN, f"datasource {source.datasource_id}"))
        return sorted(found)

    def body(self) -> dict[str, Any]:
        """The members of the body, ready to be written as JSON."""
        statement, values = statement_hash(self.asked.sql), values_hash(self.asked.values)
        return {
            "schema_version": SCHEMA_VERSION,
            "projection_id": _projection_id(self.asked, statement, values),
            "sources": [_source(source) for source in sorted(self.sources, key=lambda s: s.datasource_id)],
            "replay_mode": str(self.replay_mode),
            "freshness": {
                "requested": {"mode": str(self.freshness.mode), "max_stale_ms": self.freshness.max_stale_ms},
                "observed": {"state": str(self.freshness.observed), "reason": self.freshness.reason},
            },
            "input_frontier": {
                "position": self.frontier.position,
                "clock": self.frontier.clock,
                "reason": self.frontier.reason,
            },
            "statement_hash": statement,
            "values_hash": values,
            "output_hash": self.output_hash,
            "cache_status": str(self.cache_status),
            "checkpoint": self.checkpoint,
            "watermark": None if self.watermark is None else _events(self.watermark),
            "findings": [{"code": str(f.code), "subject": f.subject or None} for f in self.findings()],
        }


def canonical(value: Any) -> bytes:
    """Canonical JSON by RFC 8785."""
    return rfc8785.dumps(value)


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def statement_hash(sql: str) -> str:
    """Of the SQL as it was written, placeholders and all; white space and comments count."""
    return sha256(sql.encode("utf-8", "surrogatepass"))


def values_hash(values: Sequence[BoundAs]) -> str:
    """Of `[[name, kind, value], ...]` in canonical JSON, by name."""
    return sha256(canonical(sorted([v.name, v.kind, v.value] for v in values)))


def projection_id(asked: Asked) -> str:
    """The same for two runs exactly when they are equal: the result of either could stand for the other's."""
    return _projection_id(asked, statement_hash(asked.sql), values_hash(asked.values))


def _projection_id(asked: Asked, statement: str, values: str) -> str:
    limits = [str(asked.timeout_s), str(asked.max_rows), str(asked.max_bytes)]
    identity = canonical([str(asked.datasource_id), statement, values, limits])
    return "run:" + hashlib.sha256(identity).hexdigest()[:32]


def _events(watermark: EventsUpTo) -> dict[str, Any]:
    return {
        "column": watermark.column,
        "statement_hash": watermark.statement_hash,
        "events_up_to": watermark.value,
        "reason": watermark.reason,
    }


def _source(source: Source) -> dict[str, Any]:
    relations = None if source.relations is None else sorted(set(source.relations))
    return {"datasource_id": source.datasource_id, "kind": source.kind, "relations": relations}
