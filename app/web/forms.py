"""Forms and JSON bodies, read by the same pydantic models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from app.core.errors import Invalid


class Body(BaseModel):
    """Base of every form and JSON body: white space is stripped, unknown members are refused."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    @field_validator("*")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        """Postgres stores no NUL, and UTF-8 has no lone surrogates, which JSON can escape."""
        if isinstance(value, str) and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value):
            raise ValueError("This holds a character that cannot be stored.")
        return value


M = TypeVar("M", bound=BaseModel)


@dataclass
class Form(Generic[M]):
    """What was sent (`values`), what is wrong with it by field (`errors`), and the model when nothing is."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    data: M | None = None

    def __bool__(self) -> bool:
        return self.data is not None and not self.errors


def read_form(model: type[M], values: Mapping[str, Any] | None = None) -> Form[M]:
    """Validate the request's form fields. An empty field counts as absent; CSRF's own field is left out."""
    if values is None:
        from flask import request  # not for workers, which know the models too: it takes 10 MB

        values = request.form
    raw = dict(values)
    raw.pop("csrf_token", None)
    known = {key: value for key, value in raw.items() if key in model.model_fields and value != ""}
    form: Form[M] = Form(values=raw)
    try:
        form.data = model.model_validate(known)
    except ValidationError as error:
        form.errors = messages(error)
    return form


def read_json(model: type[M]) -> M:
    """Validate the request's JSON body. Raises Invalid naming each member that is wrong."""
    from flask import request

    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid("The body must be a JSON object, sent with Content-Type: application/json.")
    try:
        return model.model_validate(body)
    except ValidationError as error:
        found = messages(error)
        raise Invalid("; ".join(f"{name}: {text}" for name, text in found.items()), fields=found) from error


def messages(error: ValidationError) -> dict[str, str]:
    """Field name -> one sentence, the first problem of each field."""
    found: dict[str, str] = {}
    for item in error.errors():
        name = ".".join(str(part) for part in item["loc"]) or "body"
        found.setdefault(name, _sentence(item["type"], item["msg"]))
    return found


def _sentence(kind: str, message: str) -> str:
    if kind == "missing" or (kind == "string_too_short" and "at least 1 " in message):
        return "This is required."
    if kind == "extra_forbidden":
        return "This is not a known field."
    text = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
