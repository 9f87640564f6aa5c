"""`/v1/queries`: list, create, read."""

import json
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, url_for
from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.datasources.connectors.base import ValueKind
from app.queries.declare import declared_of
from app.queries.find import find_query, newest_version, queries
from app.queries.given import range_of
from app.queries.models import QUERIES, Query
from app.queries.parameters import Choice, Declared, ParameterKind
from app.queries.save import create_query, save_version
from app.queries.values import BadValue, canonical
from app.queries.watermark import watermark
from app.saved.api import add_api, marks
from app.web.forms import Body, read_json

bp = Blueprint("queries_api", __name__, url_prefix="/v1/queries")
add_api(bp, QUERIES, queries, lambda row: {"datasource_id": row.datasource_id})


class ChoiceBody(Body):
    value: str | int | float
    label: str = ""


class ParameterBody(Body):
    """A range's default is its two bounds, or `default` alone as `"2013-01-01..2013-01-31"` or in words.

    `choices` are values or `{"value", "label"}`; `of` is the kind of each, `choices_from` a query's number.
    """

    model_config = ConfigDict(str_strip_whitespace=False)

    name: str
    kind: ParameterKind
    default: str | int | float | bool | list[str | int | float] | None = None
    default_end: str | None = None
    label: str = ""
    required: bool | None = None
    pattern: str | None = None
    of: ValueKind | None = None
    choices: list[str | int | float | ChoiceBody] = Field(default_factory=list)
    choices_from: int | None = None


class QueryBody(Body):
    model_config = ConfigDict(str_strip_whitespace=False)

    name: str
    description: str = ""
    datasource_id: int
    sql: str
    parameters: list[ParameterBody] = Field(default_factory=list)
    watermark_column: str | None = None
    watermark_sql: str | None = None
    time_zone: str | None = None


class VersionBody(QueryBody):
    """`based_on` is the version that was edited."""

    based_on: int


@bp.post("")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    query = create_query(session, actor, **_fields(read_json(QueryBody)))
    response = jsonify(_shown(session, actor, query))
    response.status_code = 201
    response.headers["Location"] = url_for("queries_api.show", query_id=query.id)
    return response


@bp.get("/<int:query_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, query_id: int) -> Response:
    query = find_query(session, actor, query_id)
    return jsonify(_shown(session, actor, query))


@bp.post("/<int:query_id>")
@guard(Role.EDITOR)
def update(actor: Actor, session: Session, query_id: int) -> Response:
    """The next version; 409 when `based_on` is no longer the newest."""
    query = find_query(session, actor, query_id, lock=True)
    body = read_json(VersionBody)
    save_version(session, actor, query, **_fields(body), based_on=body.based_on)
    return jsonify(_shown(session, actor, query))


def _fields(body: QueryBody) -> dict[str, Any]:
    said = body.model_dump(include={"name", "description", "datasource_id", "sql", "time_zone"})
    declared = watermark(body.watermark_column, body.watermark_sql)
    return said | {"parameters": _declared(body.parameters), "watermark": declared}


def _declared(bodies: list[ParameterBody]) -> list[Declared]:
    """Defaults as text: JSON's own numbers, booleans and lists are made canonical first."""
    found, errors = [], {}
    for body in bodies:
        choices = tuple(_choice(choice) for choice in body.choices)
        item = Declared(
            body.name,
            body.kind,
            label=body.label,
            required=body.required,
            pattern=body.pattern,
            of=body.of or ValueKind.TEXT,
            choices=choices,
            choices_from=body.choices_from,
        )
        try:
            default, end = _default(body, item)
            found.append(replace(item, default=default, default_end=end))
        except BadValue as error:
            errors[f"parameters.{body.name}"] = str(error)
    if errors:
        raise Invalid(" ".join(errors.values()), fields=errors)
    return found


def _default(body: ParameterBody, item: Declared) -> tuple[str | None, str | None]:
    default, end = body.default, body.default_end
    if item.kind.is_range and isinstance(default, str) and ".." in default:
        start, late = range_of(default)
        return str(start), str(late)
    if default is not None and not isinstance(default, str):
        default = canonical(item.value_kind, default)
    return default, end


def _choice(choice: str | int | float | ChoiceBody) -> Choice:
    value, label = (choice.value, choice.label) if isinstance(choice, ChoiceBody) else (choice, "")
    return Choice(value if isinstance(value, str) else str(value), label)


def _shown(session: Session, actor: Actor, query: Query) -> dict[str, Any]:
    version = newest_version(session, query)
    return {
        "id": query.id,
        "name": query.name,
        "description": query.description,
        "datasource_id": version.datasource_id,
        "sql": version.sql,
        "version": version.number,
        "watermark_column": version.watermark_column,
        "watermark_sql": version.watermark_sql,
        "time_zone": version.time_zone,
        "parameters": [parameter_json(item) for item in declared_of(version.parameters)],
        "created_at": _time(query.created_at),
        "changed_at": _time(query.changed_at),
        "saved_by": version.author.email,
        "saved_at": _time(version.saved_at),
        **marks(session, actor, QUERIES, query),
    }


def parameter_json(item: Declared) -> dict[str, Any]:
    """A parameter as the API takes it."""
    chosen = item.kind is ParameterKind.CHOICES and item.default is not None
    return {
        "name": item.name,
        "kind": item.kind,
        "default": json.loads(item.default or "") if chosen else item.default,
        "default_end": item.default_end,
        "label": item.label,
        "required": item.required,
        "pattern": item.pattern,
        "of": item.of if item.kind.is_choice else None,
        "choices": [{"value": choice.value, "label": choice.label} for choice in item.choices],
        "choices_from": item.choices_from,
    }


def _time(moment: Any) -> str:
    return str(moment.isoformat()).replace("+00:00", "Z")
