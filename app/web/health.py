"""Is this process alive, and can it serve?"""

import redis as redis_errors
from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core import db, redis, schema

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> Response:
    """Each part by name, `ok` or what is wrong with it; 503 when one is wrong."""
    parts = {"postgres": _postgres(), "redis": _redis()}
    well = all(state == "ok" for state in parts.values())
    response = jsonify(status="ok" if well else "unavailable", parts=parts)
    response.status_code = 200 if well else 503
    return response


def _postgres() -> str:
    try:
        with db.engine().connect() as connection:
            found = connection.execute(text("select version_num from alembic_version")).scalar()
    except SQLAlchemyError as error:
        return f"does not answer ({type(error).__name__})"
    wanted = schema.newest()
    return "ok" if found == wanted else f"schema is at {found}, not {wanted}; run `plumb db upgrade`"


def _redis() -> str:
    try:
        redis.client().ping()
    except (redis_errors.RedisError, OSError) as error:
        return f"does not answer ({type(error).__name__})"
    return "ok"
