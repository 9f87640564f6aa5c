"""A visualization's options against its kind and against the columns that it draws."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import Invalid, NotFound
from app.core.text import unstorable
from app.queries.find import find_query
from app.visualizations.kinds.base import Column, Kind
from app.visualizations.kinds.registry import kinds
from app.web.forms import messages

LONGEST_NAME = 100


def check(
    name: str, kind_name: str, options: Mapping[str, Any], columns: Sequence[Column] | None
) -> dict[str, Any]:
    """The options as they are stored. `columns` None: the query has no result to compare with.

    Raises Invalid at `name`, `kind` or the option's own field.
    """
    problems: dict[str, str] = {}
    if not name.strip():
        problems["name"] = "Give it a name."
    elif len(name) > LONGEST_NAME:
        problems["name"] = f"Use at most {LONGEST_NAME} characters."
    elif problem := unstorable(name):
        problems["name"] = problem
    kind = kinds().get(kind_name)
    stored: dict[str, Any] = {}
    if kind is None:
        problems["kind"] = "Choose one of the kinds."
    else:
        stored, wrong = read_options(kind, options)
        problems |= wrong
        for field, text in column_problems(kind, stored or options, columns).items():
            problems.setdefault(field, text)
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
    return stored


def check_queries(session: Session, actor: Actor, kind_name: str, options: Mapping[str, Any]) -> None:
    """Raises Invalid at each option that names a query which is not there for the actor."""
    problems: dict[str, str] = {}
    for field in kinds()[kind_name].fields:
        if field.type == "query" and (query_id := options.get(field.name)) is not None:
            try:
                find_query(session, actor, query_id)
            except NotFound:
                problems[field.name] = f"There is no query {query_id} in your organisation any more."
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)


def read_options(kind: Kind, options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The options as they are stored, and option -> sentence for what is wrong; one of the two is empty."""
    try:
        return kind.options.model_validate(options).model_dump(), {}
    except ValidationError as error:
        return {}, {field.partition(".")[0]: text for field, text in messages(error).items()}


def column_problems(
    kind: Kind, options: Mapping[str, Any], columns: Sequence[Column] | None
) -> dict[str, str]:
    """Option -> sentence, for each that names a column which the result lacks or which cannot be drawn so."""
    if columns is None:
        return {}
    kind_of = {column.name: column.kind for column in reversed(columns)}
    problems: dict[str, str] = {}
    for field in kind.fields:
        chosen = options.get(field.name)
        names = chosen if field.type == "columns" else [chosen] if field.type == "column" else []
        for name in names or []:
            if not name:
                continue
            if name not in kind_of:
                problems[field.name] = f"The result has no column “{name}” any more. Choose another one."
            elif kind_of[name] not in field.accepts:
                problems[field.name] = f"“{name}” is {kind_of[name]} and cannot be drawn here."
    return problems
