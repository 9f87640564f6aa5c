"""The choices of a parameter as another query gives them, now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import Invalid, NotFound
from app.datasources.connectors.base import ValueKind
from app.queries.models import Parameter, Query
from app.queries.parameters import Choice
from app.queries.sources import handed_on, parameters_of
from app.queries.values import BadValue, canonical
from app.runs.chunks import Damaged
from app.runs.find import find_settled
from app.runs.freshness.answer import answer
from app.runs.freshness.requested import Requested
from app.runs.limits import limits
from app.runs.models import ResultColumn, Run, RunState
from app.runs.request import ask_query
from app.runs.results import columns_of, window
from app.runs.storage.bucket import StoreAway

FRESH_MS = 600_000  # a list of choices may be so old
MOST = 1_000
LOOK_S = 0.25


class OfferState(StrEnum):
    READY = "ready"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Offer:
    """Choices in the query's order; `problem` says why there are none, or `note` that there are more.

    `needs` are the parameters on whose values they depend.
    """

    state: OfferState
    choices: tuple[Choice, ...] = ()
    problem: str | None = None
    note: str | None = None
    needs: tuple[str, ...] = ()
    run_id: int | None = None


def offer(
    session: Session,
    actor: Actor,
    query_id: int,
    of: ValueKind,
    given: Mapping[str, object],
    run_id: int | None = None,
) -> Offer:
    """From the query's result if it is fresh enough, else from an ordinary run by the actor.

    `run_id` is the run that is waited for. Commits, as a run may begin, and waits a moment for it. A query
    that does not serve is a problem of the offer, never an error.
    """
    query = session.get(Query, query_id) if 0 < query_id < 2**63 else None
    if query is None or query.org_id != actor.org_id or query.archived_at is not None:
        return Offer(OfferState.FAILED, problem=f"Query {query_id}, which gives the choices, is not there.")
    parameters = parameters_of(session, actor, query_id)
    needs = tuple(parameter.name for parameter in parameters)
    try:
        run = _waited_for(session, actor, query, run_id) or _asked(session, actor, query, parameters, given)
    except (Invalid, NotFound) as error:
        return Offer(OfferState.FAILED, problem=_why_not(query, error), needs=needs)
    state = RunState(run.state)
    if not state.settled:
        return Offer(OfferState.WAITING, needs=needs, run_id=run.id)
    if state is not RunState.SUCCEEDED:
        words = run.failure_message or f"its run was {state}."
        return Offer(OfferState.FAILED, problem=f"{query.name} gives no choices: {words}", needs=needs)
    return _read(session, query, run, of, needs)


def _waited_for(session: Session, actor: Actor, query: Query, run_id: int | None) -> Run | None:
    """The run, when it is one of this query. Raises NotFound."""
    if run_id is None:
        return None
    run = find_settled(session, actor, run_id, LOOK_S)
    return run if run.version and run.version.query_id == query.id else None


def _asked(
    session: Session,
    actor: Actor,
    query: Query,
    parameters: Sequence[Parameter],
    given: Mapping[str, object],
) -> Run:
    asked = ask_query(session, actor, query.id, _handed_on(parameters, given))
    answered = answer(session, actor, asked, limits(actor.house), Requested(FRESH_MS))
    session.commit()
    return find_settled(session, actor, answered.run_id, LOOK_S)


def _read(session: Session, query: Query, run: Run, of: ValueKind, needs: tuple[str, ...]) -> Offer:
    columns = columns_of(session, run)
    value, name = _place(columns, "value"), _place(columns, "name")
    if value is None:
        there = ", ".join(column.name for column in columns[:6]) or "none"
        problem = f"{query.name} must return the columns value and name; its columns are: {there}."
        return Offer(OfferState.FAILED, problem=problem, needs=needs)
    found: dict[str, Choice] = {}
    try:
        rows = window(session, run, 0, MOST + 1) if run.row_count else []
    except (StoreAway, Damaged) as away:
        text = f"The choices of {query.name} cannot be read: {away.detail}"
        return Offer(OfferState.FAILED, problem=text, needs=needs)
    for row in rows[:MOST]:
        if row[value] is None:
            continue
        try:
            text = canonical(of, row[value] if isinstance(row[value], (str, bool)) else str(row[value]))
        except BadValue as error:
            problem = f"{query.name} gives “{str(row[value])[:40]}”, which is no {of}: {error}"
            return Offer(OfferState.FAILED, problem=problem, needs=needs)
        label = "" if name is None or row[name] is None else str(row[name])
        found.setdefault(text, Choice(text, label))
    note = f"These are the first {MOST:,} of {run.row_count:,}." if len(rows) > MOST else None
    return Offer(OfferState.READY, tuple(found.values()), note=note, needs=needs, run_id=run.id)


def _place(columns: Sequence[ResultColumn], name: str) -> int | None:
    return next((place for place, column in enumerate(columns) if column.name.lower() == name), None)


def _handed_on(parameters: Sequence[Parameter], given: Mapping[str, object]) -> dict[str, object]:
    """An empty field leaves the source its own default, unless it may do without a value."""
    required = {parameter.name for parameter in parameters if parameter.required}
    handed = handed_on(parameters, given)
    return {name: value for name, value in handed.items() if value not in (None, "") or name not in required}


def _why_not(query: Query, error: Invalid | NotFound) -> str:
    if isinstance(error, NotFound):
        return error.detail
    fields = {field.removeprefix("parameters."): text for field, text in error.fields.items()}
    name, text = next(iter(fields.items()), ("", error.detail))
    return f"Waiting for {name}. {text}" if name else f"{query.name} gives no choices: {text}"
