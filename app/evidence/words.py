"""A report in words for people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.evidence.models import Kept
from app.evidence.report import FindingCode

_FINDINGS = {
    FindingCode.FRONTIER_UNKNOWN: "It is not known how far the source had come.",
    FindingCode.OUTPUT_HASH_UNAVAILABLE: "There is no result that could be checked again.",
    FindingCode.PROJECTION_FAILED: "The run has no result: {subject}.",
    FindingCode.RELATIONS_UNKNOWN: "The source did not tell which tables were read.",
    FindingCode.STALE_USED: "A stored result was shown, as old as the request allowed.",
    FindingCode.WATERMARK_UNKNOWN: "It is not known how far the events had come.",
    FindingCode.TRUNCATED: "The result was cut at its limit of {subject}: it is a beginning, not the whole.",
}
_CACHE = {
    "hit": "A stored result was given again",
    "miss": "The source was read, as no stored result was fresh enough",
    "bypassed": "The source was read for this run",
    "unavailable": "The source was read, as a stored result that was fresh enough could not be",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What the panel says. `relations` is None where they are not known; times are in UTC."""

    relations: Sequence[str] | None
    origin: str
    source_clock: datetime | None
    position: str | None
    position_reason: str | None
    watermark: str | None
    events_up_to: str | None
    events_reason: str | None
    output_hash: str | None
    body_hash: str
    findings: Sequence[str]


def told(report: Kept) -> Told:
    body = json.loads(report.body)
    frontier = body["input_frontier"]
    events = body.get("watermark")  # the first reports had none
    lists = [source["relations"] for source in body["sources"]]
    return Told(
        relations=None if None in lists else [name for names in lists for name in names],
        origin=_CACHE[body["cache_status"]],
        source_clock=datetime.fromisoformat(frontier["clock"]) if frontier["clock"] else None,
        position=frontier["position"],
        position_reason=frontier["reason"],
        watermark=_watermark(events) if events else None,
        events_up_to=events["events_up_to"] if events else None,
        events_reason=events["reason"] if events else None,
        output_hash=body["output_hash"],
        body_hash=report.body_hash,
        findings=[sentence(finding["code"], finding["subject"]) for finding in body["findings"]],
    )


def _watermark(events: Mapping[str, str | None]) -> str:
    return f"the column {events['column']}" if events["column"] is not None else "a statement beside"


def sentence(code: str, subject: str | None) -> str:
    """What a finding means."""
    return _FINDINGS[FindingCode(code)].format(subject=(subject or "").replace("_", " "))
