"""The report of an answer that no run was made for, worked out of the report of the run that gave it.

Nothing is stored for it. Whoever knows the run's body and what was asked can write the same bytes.
"""

import json
from typing import Any

from app.evidence.envelope import Written, version
from app.evidence.models import EvidenceReport
from app.evidence.report import (
    CacheStatus,
    FindingCode,
    FreshnessMode,
    Observed,
    ReplayMode,
    canonical,
    sha256,
)


def given_again(report: EvidenceReport, max_stale_ms: int) -> Written:
    """A stored result was given: `checkpoint` names the report of the run that made it."""
    body = _stale(_asked(report, max_stale_ms))
    body["replay_mode"] = str(ReplayMode.STORED)
    body["cache_status"] = str(CacheStatus.HIT)
    body["checkpoint"] = report.body_hash
    return _written(body)


def shared(report: EvidenceReport, max_stale_ms: int, *, snapshot_was_taken: bool) -> Written:
    """An equal run was under way, and its answer was this request's too.

    `snapshot_was_taken` when the request came after it: then it may be older than the request.
    """
    body = _asked(report, max_stale_ms)
    body["cache_status"] = str(CacheStatus.MISS)
    if snapshot_was_taken and body["freshness"]["observed"]["state"] == Observed.FRESH:
        body = _stale(body)
    return _written(body)


def _asked(report: EvidenceReport, max_stale_ms: int) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(report.body)
    requested = {"mode": str(FreshnessMode.MAYBE_STALE), "max_stale_ms": max_stale_ms}
    return body | {"freshness": {"requested": requested, "observed": body["freshness"]["observed"]}}


def _stale(body: dict[str, Any]) -> dict[str, Any]:
    used = {"code": str(FindingCode.STALE_USED), "subject": None}
    findings = sorted([*body["findings"], used], key=lambda found: (found["code"], found["subject"] or ""))
    observed = {"state": str(Observed.STALE_ALLOWED), "reason": None}
    return body | {"freshness": body["freshness"] | {"observed": observed}, "findings": findings}


def _written(body: dict[str, Any]) -> Written:
    text = canonical(body)
    return Written(text.decode(), sha256(text), version())
