"""`/v1/openapi.json`: what programs can ask, for programs."""

from functools import lru_cache
from typing import Any

from flask import Blueprint, Flask, Response, current_app
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.native import natively
from app.web.api import answer_json

bp = Blueprint("reference_api", __name__, url_prefix="/v1/openapi.json")

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@bp.get("")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session) -> Response:
    """This document."""
    return answer_json(of_this_app())


def of_this_app() -> dict[str, Any]:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return natively(lambda: of_app(app))


@lru_cache(maxsize=1)
def of_app(app: Flask) -> dict[str, Any]:
    from app.admin.reference.document import Door, document  # parsers that nothing else here needs

    views = app.view_functions
    return document(
        [
            Door(
                rule.rule,
                rule.endpoint,
                tuple(method for method in METHODS if method in (rule.methods or ())),
                views[rule.endpoint],
                str(getattr(views[rule.endpoint], "guarded_by", "")),
            )
            for rule in app.url_map.iter_rules()
            if rule.rule.startswith("/v1/")
        ]
    )
