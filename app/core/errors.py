"""Errors that a caller can do something about. `app.web.problems` turns them into answers."""

from collections.abc import Mapping


class Problem(Exception):
    """An error with an HTTP status and a machine-readable code; shaped by RFC 9457 on `/v1`.

    `fields` maps a form field or JSON member to what is wrong with it.
    """

    status = 400
    code = "bad_request"
    title = "That request cannot be answered"

    def __init__(self, detail: str = "", *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.fields = dict(fields or {})


class NotFound(Problem):
    status = 404
    code = "not_found"
    title = "There is nothing here"


class Forbidden(Problem):
    status = 403
    code = "forbidden"
    title = "Your role does not allow this"


class Unauthorized(Problem):
    status = 401
    code = "unauthorized"
    title = "Sign in first"


class Invalid(Problem):
    status = 422
    code = "invalid"
    title = "Some of it is not valid"


class Conflict(Problem):
    status = 409
    code = "conflict"
    title = "Somebody else was faster"


class TooMany(Problem):
    status = 429
    code = "too_many_requests"
    title = "Too many tries; wait a minute"

    def __init__(self, detail: str = "", *, retry_after_s: int = 60) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Unavailable(Problem):
    status = 503
    code = "unavailable"
    title = "A part of Plumbline does not answer"
