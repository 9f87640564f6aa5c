"""Is this process alive, and can it serve?"""

import redis as redis_errors
from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core import db, redis
from app.core.schema import newest

bp = Blueprint("health", __name__)

AWAY = "does not answer"


@bp.get("/healthz")
def alive() -> Response:
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> Response:
    """Each part by name, `ok` or what is wrong with it; 503 when one is wrong."""
    schema = _schema()
    parts = {"postgres": schema if schema.startswith(AWAY) else "ok", "redis": _redis()}
    parts |= {"migrations": schema if parts["postgres"] == "ok" else "not known", "decoder": _decoder()}
    well = all(state == "ok" for state in parts.values())
    response = jsonify(status="ok" if well else "unavailable", parts=parts)
    response.status_code = 200 if well else 503
    return response


def _schema() -> str:
    try:
        with db.engine().connect() as connection:
            found = connection.execute(text("select version_num from alembic_version")).scalar()
    except SQLAlchemyError as error:
        return f"{AWAY} ({type(error).__name__})"
    wanted = newest()
    return "ok" if found == wanted else f"schema is at {found}, not {wanted}; run `plumb db upgrade`"


def _redis() -> str:
    try:
        redis.client().ping()
    except (redis_errors.RedisError, OSError) as error:
        return f"does not answer ({type(error).__name__})"
    return "ok"


def _decoder() -> str:
    """Whether results can be read from Postgres; how fast, the worker's log says at its start."""
    from psycopg import capabilities

    return "ok" if capabilities.has_stream_chunked() else "libpq is older than 17; install psycopg[binary]"
