"""`/reference`: the same for people."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.admin.reference.api import of_this_app
from app.web.respond import page

bp = Blueprint("reference", __name__)


@bp.get("/reference")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    found = of_this_app()
    by_tag: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in found["tags"]}
    for door in _doors(found):
        by_tag[door["tag"]].append(door)
    return page("admin/reference/index.html", by_tag=by_tag)


def _doors(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            asked = [each["name"] for each in operation["parameters"] if each["in"] == "query"]
            yield {
                "tag": operation["tags"][0],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"].replace("`", ""),
                "role": operation["x-role"],
                "asked": asked,
                "body": list(_members(found, operation)),
            }


def _members(found: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """The body's members, and whether each must be there."""
    if "requestBody" in operation:
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        schema = found["components"]["schemas"][reference.rpartition("/")[2]]
        for name in schema.get("properties", {}):
            yield name, name in schema.get("required", ())
