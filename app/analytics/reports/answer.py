"""Answer a report: from Redis while its snapshots are the same and the time to live is not over."""

import hashlib
import logging
import time
from dataclasses import astuple
from datetime import datetime
from typing import Any

import orjson
import redis as redis_errors
from sqlalchemy.orm import Session

from app.analytics.models import ReportDefinition
from app.analytics.reports.kind import Asked, ReportKind
from app.analytics.reports.read import read_rows
from app.core import redis
from app.core.clock import now

log = logging.getLogger(__name__)

SOURCE_SYSTEM = "metric_snapshots"


def answer_report(session: Session, definition: ReportDefinition, kind: ReportKind, asked: Asked) -> bytes:
    """The answer as JSON.

    What it is kept under names the definition's version, which a recompute raises in its own transaction: so
    an answer from before it is never found after it, whatever became of Redis meanwhile.
    """
    begun = time.perf_counter()
    key = _key(definition, asked)
    body, is_away = _kept(key)
    is_hit = body is not None
    if body is None:
        body = orjson.dumps(_fresh(session, definition, kind, asked))
        if not is_away:
            _keep(key, body, definition.cache_ttl_seconds)
    took_ms = round((time.perf_counter() - begun) * 1000, 3)
    return body[:-1] + b"," + orjson.dumps({"execution_ms": took_ms, "cache_hit": is_hit})[1:]


def _fresh(session: Session, definition: ReportDefinition, kind: ReportKind, asked: Asked) -> dict[str, Any]:
    found = read_rows(session, definition.id, kind, asked)
    return {
        "report": definition.slug,
        "window": asked.window,
        "date_from": asked.date_from,
        "date_to": asked.date_to,
        "breakdown": asked.breakdown,
        "filters": dict(asked.filters),
        "columns": [
            {"name": column.name, "kind": column.kind, "label": column.label, "unit": column.unit or None}
            for column in kind.columns(asked)
        ],
        "rows": found.rows,
        "row_count": len(found.rows),
        "total_count": found.total_count,
        "limit": asked.limit,
        "offset": asked.offset,
        "newest_run_id": found.run_id,
        "generated_at": _time(now()),
        "source_system": SOURCE_SYSTEM,
    }


def _key(definition: ReportDefinition, asked: Asked) -> str:
    question = hashlib.sha256(repr(astuple(asked)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"report:{definition.id}:{definition.version}:{question}"


def _kept(key: str) -> tuple[bytes | None, bool]:
    """What is kept, and whether Redis is away: then it is not waited for again."""
    try:
        found = redis.client().get(key)
    except (redis_errors.RedisError, OSError) as error:
        log.warning("cache unavailable", extra={"error": str(error)})
        return None, True
    return (found if isinstance(found, bytes) else None), False


def _keep(key: str, body: bytes, seconds: int) -> None:
    try:
        redis.client().set(key, body, ex=seconds)
    except (redis_errors.RedisError, OSError) as error:
        log.warning("cache unavailable", extra={"error": str(error)})


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
