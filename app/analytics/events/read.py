"""What a body of events says, and what is wrong with it, line by line."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.types import StringConstraints

from app.core.clock import now
from app.core.errors import Invalid, Problem
from app.web.forms import messages

MOST = 10_000  # events in one body
SHOWN = 20  # lines whose errors are told
NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
LARGEST_AMOUNT = 1_000_000_000_000
LARGEST_PAYLOAD = 64_000  # bytes
NUL = "This holds a NUL character, which cannot be stored. Remove it."

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Event(BaseModel):
    """One event as it is sent. Its time carries an offset; amounts are whole cents and may be negative."""

    model_config = ConfigDict(extra="forbid", strict=True)

    source: Word
    external_ref: Word
    entity_id: Word
    status: Word
    occurred_at: AwareDatetime
    processing_ms: int | None = Field(default=None, ge=0, le=2**31 - 1)
    amount_cents: int | None = Field(default=None, ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)
    payload: dict[str, Any] | None = None


class Malformed(Problem):
    """A body that is no JSON at all."""

    status = 400
    code = "malformed"
    title = "This body cannot be read"


class Read(NamedTuple):
    """Events, and the place of each in the body, such as `line 17`; empty for a single one."""

    events: list[Event]
    places: Sequence[str]


def read_events(body: bytes, content_type: str) -> Read:
    """One event, a list of them, or one in each line where the content type says so.

    Raises Malformed for what is no JSON, and Invalid naming each place and member that is wrong, of at most
    SHOWN events. Empty lines are counted and say nothing.
    """
    if content_type in NDJSON:
        lines = [(f"line {number}", line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
        joined = b"[" + b",".join(line for _, line in lines) + b"]"
    else:
        lines, joined = _of_json(body)
    if not lines:
        raise Invalid("There is no event in this body.", fields={"body": "Send one event or more."})
    if len(lines) > MOST:
        sentence = f"Send at most {MOST:,} events at once; these are {len(lines):,}."
        raise Invalid(sentence, fields={"body": sentence})
    try:
        events = _many().validate_json(joined)
    except ValidationError:
        events = []
    if len(events) != len(lines):
        raise _complaint([(place, _wrong(line)) for place, line in lines], len(lines))
    places = [place for place, _ in lines]
    unfit = [(place, _unfit(event)) for place, event in zip(places, events, strict=True)]
    if any(wrong for _, wrong in unfit):
        raise _complaint(unfit, len(lines))
    return Read(events, places)


def refuse(places: Sequence[str], wrong: dict[int, dict[str, str]]) -> Invalid:
    """What is wrong with the events at these positions, by member; nothing of the body was stored."""
    told = [(places[position], problems) for position, problems in sorted(wrong.items())]
    error = _complaint(told, len(places))
    assert isinstance(error, Invalid)
    return error


def _of_json(body: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """Each event with its place, as JSON, and all of them as one list."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON: {error}. One event is an object, many are a list.") from None
    if isinstance(found, dict):
        return [("", body)], b"[" + body + b"]"
    if not isinstance(found, list):
        raise Malformed("One event is an object, many are a list of them, or NDJSON with one in each line.")
    return [(f"event {number}", orjson.dumps(each)) for number, each in enumerate(found, 1)], body


def _complaint(told: list[tuple[str, dict[str, str]]], count: int) -> Problem:
    wrong = [(place, problems) for place, problems in told if problems]
    fields = {
        (".".join(filter(None, (place, name))) or "body"): sentence
        for place, problems in wrong[:SHOWN]
        for name, sentence in problems.items()
    }
    place, sentence = next(iter(fields.items()))
    words = f"{place}: {sentence}"
    if wrong[0][0]:
        words = f"{len(wrong):,} of {count:,} events cannot be taken, so none was stored. {words}"
    kind = Malformed if any("" in problems for _, problems in wrong) else Invalid
    return kind(words, fields=fields)


def _wrong(line: bytes) -> dict[str, str]:
    """By member; under the empty name what is no JSON."""
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return {"": f"This is not JSON: {error}."}
    try:
        event = Event.model_validate_json(line)
    except ValidationError as error:
        return {name if name != "body" else "event": text for name, text in messages(error).items()}
    return _unfit(event)


def _unfit(event: Event) -> dict[str, str]:
    """What its type does not tell."""
    if not FIRST <= event.occurred_at <= now() + AHEAD:
        return {"occurred_at": "Use a time from the year 2000 on that is at most a day ahead."}
    if "\0" in event.external_ref + event.entity_id + event.status:
        words = ("external_ref", "entity_id", "status")
        return {name: NUL for name in words if "\0" in getattr(event, name)}
    if event.payload is not None:
        packed = orjson.dumps(event.payload)
        if len(packed) > LARGEST_PAYLOAD:
            return {"payload": f"Send at most {LARGEST_PAYLOAD:,} bytes; these are {len(packed):,}."}
        if b"\\u0000" in packed:
            return {"payload": NUL}
    return {}


@lru_cache
def _many() -> TypeAdapter[list[Event]]:
    return TypeAdapter(list[Event])
