"""The evidence of an answer: what was asked, of which facts, up to when, and the hash of what came out."""

import hashlib
from typing import Any

from app.evidence.envelope import Written, version
from app.evidence.report import FindingCode, FreshnessMode, Observed, ReplayMode, canonical, sha256
from app.reporting.check import Question, name_of
from app.reporting.result import ReportResult, as_json

SCHEMA_VERSION = 1
MOST_EXACT = 2**53  # what a JSON number holds for certain


def account(question: Question, result: ReportResult) -> Written:
    """The report's body as canonical JSON, and its hash."""
    body = canonical(_body(question, result))
    return Written(body.decode(), sha256(body), version())


def output_hash(columns: list[dict[str, Any]], rows: list[list[Any]]) -> str:
    """Of names, types and values in order."""
    return sha256(canonical({"columns": columns, "rows": rows}))


def columns_json(result: ReportResult) -> list[dict[str, Any]]:
    return [
        {"name": column.name, "kind": str(column.part), "type": str(column.type), "unit": str(column.unit)}
        for column in result.columns
    ]


def rows_json(result: ReportResult) -> list[list[Any]]:
    """What JSON's readers would not keep is text."""
    return [[_exact(as_json(value)) for value in row] for row in result.rows]


def _body(question: Question, result: ReportResult) -> dict[str, Any]:
    asked = _asked(question)
    known = result.as_of is not None
    findings = [] if known else [{"code": str(FindingCode.FRONTIER_UNKNOWN), "subject": None}]
    if len(result.rows) >= question.limit:
        findings.append({"code": str(FindingCode.TRUNCATED), "subject": "rows"})
    observed = Observed.FRESH if result.lag_ms == 0 else Observed.STALE_ALLOWED
    reason = None if known else "Facts are being made from the beginning."
    return {
        "schema_version": SCHEMA_VERSION,
        "projection_id": "report:" + hashlib.sha256(canonical(asked)).hexdigest()[:32],
        "sources": [{"dataset": question.dataset.name}],
        "replay_mode": str(ReplayMode.LIVE),
        "freshness": {
            "requested": {"mode": str(FreshnessMode.CONSISTENT), "max_stale_ms": None},
            "observed": {"state": str(observed if known else Observed.UNAVAILABLE), "reason": reason},
        },
        "input_frontier": {"position": None, "clock": as_json(result.as_of), "reason": reason},
        "question_hash": sha256(canonical(asked)),
        "output_hash": output_hash(columns_json(result), rows_json(result)),
        "checkpoint": None,
        "findings": findings,
    }


def _asked(question: Question) -> dict[str, Any]:
    """The question as it was understood, with the span that its words meant."""
    names = [*map(name_of, question.dimensions), *(each.name for each in question.measures)]
    return {
        "dataset": question.dataset.name,
        "from": as_json(question.start),
        "to": as_json(question.end),
        "dimensions": [name_of(each) for each in question.dimensions],
        "measures": [each.name for each in question.measures],
        "filters": [
            [each.field.name, str(each.op), [_exact(as_json(value)) for value in each.values]]
            for each in question.conditions
        ],
        "order_by": [[names[place], str(direction)] for place, direction in question.order],
        "limit": question.limit,
        "time_zone": question.zone,
    }


def _exact(value: Any) -> Any:
    """Whole numbers beyond what JSON's readers keep, and decimals, as text."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > MOST_EXACT:
        return str(value)
    return value if isinstance(value, bool | int | float | str | None) else str(value)
