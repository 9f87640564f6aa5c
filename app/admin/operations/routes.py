"""The operator's page: workers, the line, what is stuck, settings."""

import redis
from flask import Blueprint, Response, flash
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.admin.operations.overview import overview
from app.admin.operators import need_operator
from app.audit.record import record
from app.core.errors import NotFound, Unavailable
from app.runs.slots import beats
from app.web.respond import go, is_htmx, page

bp = Blueprint("operations", __name__, url_prefix="/admin/operations")


@bp.get("")
@guard(Role.ADMIN)
def index(actor: Actor, session: Session) -> Response:
    need_operator(session, actor)
    template = "admin/operations/_now.html" if is_htmx() else "admin/operations/index.html"
    return page(template, found=overview(session), operates=True)


@bp.post("/workers/<name>/drain")
@guard(Role.ADMIN)
def drain(actor: Actor, session: Session, name: str) -> Response:
    return _wish(actor, session, name, beats.drain, "drained", "takes nothing new and finishes what it runs")


@bp.post("/workers/<name>/resumption")
@guard(Role.ADMIN)
def resume(actor: Actor, session: Session, name: str) -> Response:
    return _wish(actor, session, name, beats.resume, "resumed", "takes work again")


def _wish(actor: Actor, session: Session, name: str, wish: beats.Wish, deed: str, said: str) -> Response:
    need_operator(session, actor)
    try:
        there = wish(name)
    except (redis.RedisError, OSError) as error:
        raise Unavailable("Redis does not answer, and workers are told by it. Try again shortly.") from error
    if not there:
        raise NotFound(f"There is no worker {name}.")
    record(session, actor, f"worker.{deed}", name)
    flash(f"Worker {name} {said}.", "success")
    return go("operations.index")
