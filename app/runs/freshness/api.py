"""`/v1/queries/ID/result`: the answer of a saved query in one response, when one is fresh enough."""

import time

import orjson
from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core import db
from app.core.errors import Invalid, Problem
from app.runs.api import as_json, column_json
from app.runs.chunks import Damaged
from app.runs.find import find_run
from app.runs.freshness import ready, tell
from app.runs.freshness.answer import Answer, Cache, answer, given_again
from app.runs.freshness.question import question
from app.runs.freshness.requested import Requested, read_age
from app.runs.limits import limits
from app.runs.models import Trigger
from app.runs.request import Asked, ask_query
from app.runs.results import LONGEST_WINDOW, columns_of, window
from app.runs.retention.expired import ResultExpired
from app.runs.storage.bucket import StoreAway

bp = Blueprint("results_api", __name__, url_prefix="/v1/queries")

PARAMETER = "parameters."


@bp.get("/<int:query_id>/result")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, query_id: int) -> Response:
    max_stale_ms, limit, given = _read()
    place = (actor.org_id, actor.house, query_id, request.query_string)
    known = ready.known_question(place)
    if known:
        good = ready.look(session, actor, query_id, known)
        if good and good.readable and (answered := given_again(good, max_stale_ms, actor.org_id)):
            kept = ready.bodies.get((actor.org_id, good.run_id, limit))
            if kept is not None:
                return _hit(answered, kept)
    asked = ask_query(session, actor, query_id, given)
    assert asked.version is not None
    key = question(asked.datasource, asked.bound, limits(actor.house), asked.watermark)
    changed_at = asked.datasource.changed_at
    ready.questions.put(place, ready.Asked(key, asked.version.id, changed_at, time.monotonic()))
    return _asked(actor, session, asked, Requested(max_stale_ms), limit)


def _asked(actor: Actor, session: Session, asked: Asked, requested: Requested, limit: int) -> Response:
    answered = _answer(actor, asked, requested)
    if answered.cache is Cache.HIT:
        try:
            return _hit(answered, _body(actor, session, answered.run_id, limit), actor, session)
        except (StoreAway, Damaged, ResultExpired) as problem:
            answered = _answer(actor, asked, requested, unreadable=problem)
    run = find_run(session, actor, answered.run_id)
    shown = {"freshness": tell.of_answer(answered), "run": as_json(run, run.requester.email)}
    shown["freshness"] |= tell.failing_of(session, actor, run)
    response = _json(orjson.dumps(shown), 202)
    response.headers["Location"] = url_for("runs_api.show", run_id=run.id)
    return response


def _answer(actor: Actor, asked: Asked, requested: Requested, unreadable: Problem | None = None) -> Answer:
    """In a transaction of its own: a GET has none."""
    trigger = Trigger.API if actor.via == "token" else Trigger.PERSON
    with db.transaction() as own:
        return answer(own, actor, asked, limits(actor.house), requested, trigger, unreadable)


def _hit(
    answered: Answer, body: bytes, actor: Actor | None = None, session: Session | None = None
) -> Response:
    fresh = tell.of_answer(answered)
    if actor is not None and session is not None:
        fresh |= tell.failing_after(session, actor, answered.run_id)
    return _json(b'{"freshness":' + orjson.dumps(fresh) + b"," + body[1:])


def _body(actor: Actor, session: Session, run_id: int, limit: int) -> bytes:
    """The run and its first rows, which never change. Raises StoreAway, Damaged, ResultExpired."""
    run = find_run(session, actor, run_id)
    shown = as_json(run, run.requester.email)
    del shown["freshness"]
    columns = [column_json(column) for column in columns_of(session, run)]
    body = orjson.dumps({"run": shown, "columns": columns, "rows": window(session, run, 0, limit)})
    ready.bodies.put((actor.org_id, run_id, limit), body, len(body))
    return body


def _read() -> tuple[int, int, dict[str, object]]:
    """`max_stale_ms`, `limit`, and the values by name; `NAME[]` is a list. Raises Invalid."""
    arguments = request.args.to_dict(flat=False)
    max_stale_ms = read_age(arguments.pop("max_stale_ms", [""])[0])
    text = arguments.pop("limit", ["100"])[0]
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= LONGEST_WINDOW):
        sentence = f"Ask for 1 to {LONGEST_WINDOW:,} rows."
        raise Invalid(sentence, fields={"limit": sentence})
    strange = [name for name in arguments if not name.startswith(PARAMETER)]
    if strange:
        sentence = "This is not known here. A value is parameters.NAME=value."
        raise Invalid(sentence, fields=dict.fromkeys(strange, sentence))
    values: dict[str, object] = {
        name.removeprefix(PARAMETER).removesuffix("[]"): texts if name.endswith("[]") else texts[0]
        for name, texts in arguments.items()
    }
    return max_stale_ms, int(text), values


def _json(body: bytes, status: int = 200) -> Response:
    return Response(body, status, content_type="application/json")
