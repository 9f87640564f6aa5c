"""Check a result against its report: recompute, and name the first member that differs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa

from app.evidence.forms import Described, Unhashable
from app.evidence.hashing import OutputHash
from app.evidence.report import SCHEMA_VERSION, canonical, sha256


class Outcome(StrEnum):
    PASS = "pass"
    DIFFERS = "differs"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`field` is the first member that differs; `reason` says why nothing could be checked."""

    outcome: Outcome
    field: str | None = None
    expected: str | None = None
    found: str | None = None
    reason: str | None = None

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASS

    def as_json(self) -> dict[str, str | None]:
        return {
            "outcome": str(self.outcome),
            "field": self.field,
            "expected": self.expected,
            "found": self.found,
            "reason": self.reason,
        }


PASS = Verdict(Outcome.PASS)


def differs(field: str, expected: object, found: object) -> Verdict:
    return Verdict(Outcome.DIFFERS, field, _shown(expected), _shown(found))


def unavailable(reason: str) -> Verdict:
    return Verdict(Outcome.UNAVAILABLE, reason=reason)


def verify_body(body: Mapping[str, Any], body_hash: str) -> Verdict:
    """Whether a body is the one that was hashed."""
    try:
        found = sha256(canonical(body))
    except (ValueError, TypeError) as error:
        return unavailable(f"The body is no JSON that can be written canonically: {error}")
    if found != body_hash:
        return differs("body_hash", body_hash, found)
    if body.get("schema_version") != SCHEMA_VERSION:
        return unavailable(f"This version knows schema version {SCHEMA_VERSION} only.")
    return PASS


def verify_facts(body: Mapping[str, Any], facts: Mapping[str, Any]) -> Verdict:
    """Whether the members in `facts`, worked out again from what is stored, are those of the body."""
    for field, found in facts.items():
        if body.get(field) != found:
            return differs(field, body.get(field), found)
    return PASS


def verify_result(
    body: Mapping[str, Any],
    columns: Sequence[Described] | None,
    row_count: int | None,
    batches: Iterable[pa.RecordBatch],
) -> Verdict:
    """Whether these rows are the ones that were hashed. A report without an output hash cannot say."""
    expected = body.get("output_hash")
    if expected is None:
        return unavailable("The report has no output hash: " + _why(body))
    if columns is None:
        return unavailable("It is not known which columns the result had.")
    hashing = OutputHash(columns)
    try:
        for batch in batches:
            hashing.update(batch)
    except Unhashable as error:
        return unavailable(str(error))
    if row_count is not None and hashing.rows != row_count:
        return differs("row_count", row_count, hashing.rows)
    found = "sha256:" + hashing.hexdigest()
    return PASS if found == expected else differs("output_hash", expected, found)


def _why(body: Mapping[str, Any]) -> str:
    findings = [f"{f['code']} {f['subject'] or ''}".strip() for f in body.get("findings", ())]
    return ", ".join(findings) or "no finding says why"


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
