"""Each request: its id, its line in the log, and how long it took by the name of its route."""

import logging
from collections.abc import Callable
from time import perf_counter

from flask import Flask, Response, g, request

from app.core import tracing

log = logging.getLogger("plumb.web")

QUIET = frozenset({"static", "assets.show", "health.alive", "health.ready", "metrics.show"})

Tell = Callable[[str, str, int, float], None]


def shown_path() -> str:
    """The request's path for a log: without the token that a wall's address carries."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(token, "…") if token else request.path


def install(app: Flask, tell: Tell) -> None:
    """`tell(route, method, status, seconds)` is called once for each request that is not for a file."""

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()
        g.span = tracing.begin(request.endpoint or "none", request.headers.get("traceparent"))

    @app.after_request
    def end(response: Response) -> Response:
        span = g.pop("span", None)
        if span is None:
            return response
        response.headers.setdefault("X-Request-Id", span.trace_id)
        seconds = perf_counter() - g.began
        status = response.status_code
        if request.endpoint not in QUIET:
            tell(request.url_rule.rule if request.url_rule else "none", request.method, status, seconds)
            if log.isEnabledFor(logging.INFO):
                # The path alone: what follows it may hold the values of a query.
                words = {"method": request.method, "path": shown_path(), "status": status}
                log.info("request", extra={**words, "ms": round(seconds * 1000, 1)})
        span.set(route=request.endpoint or "none", method=request.method, status=status)
        tracing.end(span, failed=f"status {status}" if status >= 500 else None)
        return response
