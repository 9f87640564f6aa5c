"""What the JSON doors share."""

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
