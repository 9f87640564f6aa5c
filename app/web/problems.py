"""Errors as answers: problem+json (RFC 9457) for the API, a page or a short text for people."""

import logging
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException

from app.core.errors import Problem, TooMany, Unauthorized, Unavailable
from app.web.requests import shown_path
from app.web.respond import to_sign_in

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Answer every error of the application in the shape its caller reads."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(NoConnectionFree, _database)
    app.register_error_handler(RecursionError, _too_deep)
    app.register_error_handler(Exception, _unexpected)


def _problem(error: Problem) -> Response:
    if isinstance(error, Unauthorized) and not _wants_json():
        return to_sign_in()
    response = answer(error.status, error.code, error.title, error.detail, error.fields)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _csrf(error: CSRFError) -> Response:
    return answer(400, "csrf", "This form has expired", "Reload the page and send it again.")


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    title = {404: "There is nothing here", 405: "That cannot be done here", 413: "That is too large"}.get(
        code
    )
    word = (error.name or "error").lower().replace(" ", "_")
    response = answer(code, word, title or error.name, error.description or "")
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _database(error: DBAPIError | NoConnectionFree) -> Response:
    """Postgres is away or too busy; any other complaint of it is our mistake."""
    if isinstance(error, DBAPIError):
        if not (isinstance(error, OperationalError) or error.connection_invalidated):
            return _unexpected(error)
        said = str(error.orig)
    else:
        said = str(error)
    log.error("database unavailable", extra={"error": said})
    text = "The database that holds queries and results does not answer. Nothing is lost; try again shortly."
    response = _problem(Unavailable(text))
    response.headers["Retry-After"] = "2"
    return response


def _too_deep(error: RecursionError) -> Response:
    """Brackets in brackets, a hundred thousand times: whoever reads JSON gives up in its own way."""
    return answer(422, "invalid", "This cannot be read", "What was sent is nested too deeply.")


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected error", extra={"path": shown_path()})
    return answer(500, "internal", "Something went wrong", "It has been logged. Try again in a moment.")


def answer(
    status: int, code: str, title: str, detail: str = "", fields: dict[str, str] | None = None
) -> Response:
    """An error with its status, as JSON or as a page."""
    body: dict[str, Any] = {"title": title, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    if fields:
        body["fields"] = fields
    if _wants_json():
        response = jsonify(body)
        response.content_type = "application/problem+json"
    elif request.headers.get("HX-Request"):
        response = Response(render_template("errors/_problem.html", **body), content_type="text/html")
    else:
        response = Response(render_template("errors/problem.html", **body), content_type="text/html")
    response.status_code = status
    return response


def _wants_json() -> bool:
    return request.path.startswith("/v1/") or request.path in {"/healthz", "/readyz", "/metrics"}
