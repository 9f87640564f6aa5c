"""What the JSON doors share."""

from datetime import datetime
from typing import Any

import orjson
from flask import Response, request

from app.core.errors import Invalid


def answer_json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, content_type="application/json")


def integer(name: str, default: int) -> int:
    """A whole number of the address' query. Raises Invalid at its name."""
    text = request.args.get(name, "")
    try:
        return int(text) if text else default
    except ValueError:
        raise Invalid(fields={name: "Use a whole number."}) from None


def natural(name: str, default: int) -> int:
    """The same from 0 up to what Postgres counts to."""
    value = integer(name, default)
    if not 0 <= value < 2**63:
        raise Invalid(fields={name: "Use a whole number from 0."})
    return value


def rfc3339(moment: datetime) -> str:
    """A moment in UTC, as `2026-11-21T09:30:00Z`."""
    return moment.isoformat().replace("+00:00", "Z")
