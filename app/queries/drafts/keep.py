"""Keeping what somebody writes, a moment after each change, until it is saved or thrown away."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.accounts.models import User
from app.core.clock import now
from app.core.errors import Invalid
from app.core.text import unstorable
from app.datasources.models import Datasource
from app.queries.declare import declare, declared_of
from app.queries.drafts.models import Draft
from app.queries.find import newest_version
from app.queries.forms import declared_in, names_in
from app.queries.models import Query
from app.queries.placeholders import LONGEST_SQL, parse_template
from app.saved.archive import fetch_live
from app.saved.names import LONGEST_NAME

LONGEST_FIELDS = 500_000  # characters of all other fields together
TOLD = ("time_zone", "watermark_column", "watermark_sql")  # that a version keeps beside its text

Fields = Sequence[tuple[str, str]]


def find_draft(session: Session, actor: Actor, query_id: int | None) -> Draft | None:
    """The actor's own; `query_id` None is the query that has no name yet."""
    return session.scalar(
        select(Draft).where(
            Draft.user_id == actor.user_id,
            Draft.org_id == actor.org_id,
            Draft.query_id == query_id if query_id is not None else Draft.query_id.is_(None),
        )
    )


def keep_draft(
    session: Session,
    actor: Actor,
    *,
    query_id: int | None,
    based_on: int | None,
    datasource_id: int | None,
    name: str,
    sql: str,
    fields: Fields = (),
) -> None:
    """Keep this, with the form's other `fields` as they were sent. Raises NotFound, Invalid at `sql`.

    What differs from the saved query only in values of its parameters is no draft: they stand in the address.
    """
    texts = [text for field in fields for text in field]
    if (
        len(sql) > LONGEST_SQL
        or sum(map(len, texts)) > LONGEST_FIELDS
        or any(map(unstorable, [sql, name, *texts]))
    ):
        raise Invalid(fields={"sql": "This text cannot be kept as a draft."})
    if datasource_id is not None:
        fetch(session, actor, Datasource, datasource_id)
    query = fetch_live(session, actor, Query, query_id, lock=True) if query_id is not None else None
    _take_turns(session, actor)
    draft = find_draft(session, actor, query_id)
    if not sql.strip() if query is None else _says_nothing_new(session, query, sql, _first_of_each(fields)):
        if draft is not None:
            session.delete(draft)
        return
    if draft is None:
        draft = Draft(org_id=actor.org_id, user_id=actor.user_id, query_id=query_id)
        session.add(draft)
    draft.based_on, draft.datasource_id = based_on, datasource_id
    draft.name, draft.sql, draft.saved_at = name[:LONGEST_NAME], sql, now()
    draft.fields = [list(field) for field in fields]


def forget_draft(session: Session, actor: Actor, query_id: int | None) -> None:
    """It was saved, or is not wanted."""
    _take_turns(session, actor)
    own = delete(Draft).where(Draft.user_id == actor.user_id, Draft.org_id == actor.org_id)
    session.execute(
        own.where(Draft.query_id == query_id if query_id is not None else Draft.query_id.is_(None))
    )


def _take_turns(session: Session, actor: Actor) -> None:
    """A person's drafts are kept and forgotten one after the other, from whatever window."""
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))


def _first_of_each(fields: Fields) -> dict[str, str]:
    """Only values come repeatedly, and those are no part of a declaration."""
    first: dict[str, str] = {}
    for name, text in fields:
        first.setdefault(name, text)
    return first


def _says_nothing_new(session: Session, query: Query, sql: str, fields: Mapping[str, str]) -> bool:
    version = newest_version(session, query)
    if version.sql != sql:
        return False
    told = {name: fields[name] for name in TOLD if name in fields}
    if any((getattr(version, name) or "") != text for name, text in told.items()):
        return False
    if not names_in(fields):
        return True
    try:
        template = parse_template(sql)
        written = declare(template, list(declared_in(fields, strict=True).values()))
    except Invalid:
        return False
    return written == [
        replace(item, default=None, default_end=None) for item in declared_of(version.parameters)
    ]
