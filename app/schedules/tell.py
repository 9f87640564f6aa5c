"""Schedules and their refreshes as JSON."""

from datetime import datetime
from itertools import islice
from typing import Any

from app.core.clock import now
from app.schedules.change import rule_of_schedule
from app.schedules.due import due_after
from app.schedules.history import Line, Part
from app.schedules.models import Schedule
from app.schedules.words import in_words


def tell_schedule(schedule: Schedule) -> dict[str, Any]:
    rule = rule_of_schedule(schedule)
    return {
        "id": schedule.id,
        "query_id": schedule.query_id,
        "dashboard_id": schedule.dashboard_id,
        "words": in_words(schedule),
        "every_minutes": schedule.every_minutes,
        "cron": schedule.cron,
        "time_zone": schedule.time_zone,
        "starts_at": instant(schedule.starts_at),
        "ends_at": instant(schedule.ends_at),
        "missed": schedule.missed,
        "tolerance_s": schedule.tolerance_s,
        "spread_s": schedule.spread_s,
        "parameters": schedule.given,
        "created_by": schedule.created_by,
        "paused_at": instant(schedule.paused_at),
        "paused_by": schedule.paused_by,
        "next_due": [instant(due) for due in islice(due_after(rule, now()), 5)],
    }


def tell_refresh(line: Line) -> dict[str, Any]:
    refresh = line.refresh
    told = {
        "due_at": instant(refresh.due_at),
        "outcome": refresh.outcome,
        "state": line.state,
        "reason": line.reason,
        "run_id": refresh.run_id,
        "late_ms": line.late_ms,
        "took_ms": line.took_ms,
        "rows": line.rows,
        "by_hand": refresh.asked_by is not None,
    }
    tiles = [_tile(part) for part in line.parts if part.number is not None]
    return told | {"tiles": tiles} if tiles else told


def _tile(part: Part) -> dict[str, Any]:
    return {
        "number": part.number,
        "name": part.name,
        "outcome": part.outcome,
        "state": part.state,
        "reason": part.reason,
        "run_id": part.run_id,
        "rows": part.rows,
    }


def instant(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
