"""The OpenAPI 3.1 document of `/v1`: from the route map, the views and the pydantic models they read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic.json_schema import models_json_schema

from app.admin.reference.views import Said, read_view
from app.evidence.envelope import version

OTHERS = "*/*"  # files: CSV, Parquet, a report as it was hashed
FILES = ("audit_api.export", "exports_api", "evidence_api")
SECURITY = "bearer"
SUCCESSES = {201: "It is made", 202: "It is on its way", 204: "It is done"}
DEEDS = {"index": "List", "update": "Change"}
PROBLEM = {
    "type": "object",
    "required": ["title", "status", "code"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "a word for programs"},
        "detail": {"type": "string"},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "a sentence for each member that is wrong",
        },
    },
    "additionalProperties": False,
}
PROBLEMS = {
    400: "The body cannot be read",
    401: "The token does not work",
    403: "The role does not allow this",
    404: "There is nothing here, or it is another organisation's",
    409: "Somebody else was faster, or it is not in a state for this",
    410: "It is no longer kept",
    413: "The body is too large",
    422: "Some of it is not valid; `fields` says what",
    429: "Too many tries; `Retry-After` says when to come back",
    503: "A part of Plumbline does not answer; try again",
}


@dataclass(frozen=True, slots=True)
class Door:
    """A route: its address with `<int:run_id>`, its methods, and who may use it."""

    path: str
    endpoint: str
    methods: tuple[str, ...]
    view: Callable[..., Any]
    role: str

    @property
    def tag(self) -> str:
        return self.path.split("/")[2]


def document(doors: Sequence[Door]) -> dict[str, Any]:
    """Takes a tenth of a second."""
    said = {door.endpoint: read_view(door.view) for door in doors}
    models = [(each.body, "validation") for each in said.values() if each.body]
    references, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    paths: dict[str, dict[str, Any]] = {}
    for door in sorted(doors, key=lambda door: door.path):
        view = said[door.endpoint]
        body = references[(view.body, "validation")] if view.body else None
        operations = {method.lower(): _operation(door, method, view, body) for method in door.methods}
        paths.setdefault(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", door.path), {}).update(operations)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Plumbline", "version": version(), "license": {"name": "Apache-2.0"}},
        "security": [{SECURITY: []}],
        "tags": [{"name": name} for name in sorted({door.tag for door in doors})],
        "paths": paths,
        "components": {
            "securitySchemes": {SECURITY: {"type": "http", "scheme": "bearer"}},
            "schemas": schemas.get("$defs", {}) | {"Problem": PROBLEM},
            "responses": {f"Problem{state}": _problem(words) for state, words in PROBLEMS.items()},
        },
    }


def _operation(door: Door, method: str, said: Said, body: Any) -> dict[str, Any]:
    things, _, deed = door.endpoint.replace("_api.", ".").replace("_", " ").partition(".")
    in_path = re.findall(r"<(?:(\w+):)?(\w+)>", door.path)
    operation: dict[str, Any] = {
        "operationId": f"{door.endpoint.replace('.', '_')}_{method.lower()}",
        "tags": [door.tag],
        "summary": said.summary or f"{DEEDS.get(deed, deed.capitalize())} {things}",
        "description": f"For the role {door.role} and those above it.",
        "x-role": door.role,
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": _schema(kind)}
                for kind, name in in_path
            ),
            *({"name": name, "in": "query", "schema": schema} for name, schema in said.arguments.items()),
        ],
        "responses": {str(state): _success(door, state, said) for state in sorted(said.states)}
        | {str(state): {"$ref": f"#/components/responses/Problem{state}"} for state in PROBLEMS},
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return operation


def _schema(kind: str) -> dict[str, Any]:
    if kind == "int":
        return {"type": "integer", "minimum": 0}
    return {"type": "string", "minLength": 1, "pattern": "^[^/]+$"}


def _success(door: Door, state: int, said: Said) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": SUCCESSES.get(state, "It is so")}
    if state not in said.empty:
        kind = OTHERS if door.endpoint.startswith(FILES) else "application/json"
        answer["content"] = {kind: {} if kind == OTHERS else {"schema": {"type": "object"}}}
    return answer


def _problem(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {"application/problem+json": {"schema": schema}}}
