"""Tags: words by which an org finds its things; one is written the same wherever it stands."""

import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import ScalarSelect, delete, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.audit.record import record
from app.core.errors import Invalid
from app.core.text import unstorable
from app.saved.models import Saved, Sort, Tag

LONGEST = 40
MOST = 20


def normal(name: str) -> str:
    """In small letters, composed, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).lower().split())


def check_tags(names: Iterable[str]) -> list[str]:
    """As they are kept, each once, in order. Raises Invalid at `tags`."""
    found = sorted({normal(name) for name in names} - {""})
    for name in found:
        if len(name) > LONGEST:
            raise _wrong(f"“{name[:LONGEST]}…” has {len(name)} characters; a tag has at most {LONGEST}.")
        if problem := unstorable(name):
            raise _wrong(problem)
        if "," in name or not name.isprintable():
            raise _wrong("A tag holds no comma and no control character.")
    if len(found) > MOST:
        raise _wrong(f"These are {len(found)} tags; at most {MOST} are possible.")
    return found


def tags_of(session: Session, sort: Sort, thing: Saved) -> Sequence[str]:
    """By name."""
    return session.scalars(
        select(Tag.name)
        .join(sort.taggings, sort.taggings.tag_id == Tag.id)
        .where(sort.taggings.thing_id == thing.id)
        .order_by(Tag.name)
    ).all()


def tag_names(sort: Sort) -> ScalarSelect[list[str]]:
    """For a list of the things: each one's tags by name, NULL for none."""
    return (
        select(func.array_agg(aggregate_order_by(Tag.name, Tag.name.asc())))
        .join(sort.taggings, sort.taggings.tag_id == Tag.id)
        .where(sort.taggings.thing_id == sort.things.id)
        .correlate(sort.things)
        .scalar_subquery()
    )


def known_tags(session: Session, actor: Actor) -> Sequence[str]:
    """All of the org's, by name."""
    return session.scalars(select(Tag.name).where(Tag.org_id == actor.org_id).order_by(Tag.name)).all()


def set_tags(session: Session, actor: Actor, sort: Sort, thing: Saved, names: Iterable[str]) -> list[str]:
    """These and no others; returns them as they are kept. Raises Invalid at `tags`."""
    wanted = check_tags(names)
    before = tags_of(session, sort, thing)
    if wanted == list(before):
        return wanted
    if wanted:
        rows = [{"org_id": actor.org_id, "name": name} for name in wanted]
        session.execute(insert(Tag).values(rows).on_conflict_do_nothing())
    ids = session.scalars(select(Tag.id).where(Tag.org_id == actor.org_id, Tag.name.in_(wanted))).all()
    session.execute(delete(sort.taggings).where(sort.taggings.thing_id == thing.id))
    if ids:
        session.execute(insert(sort.taggings).values([{"thing_id": thing.id, "tag_id": id} for id in ids]))
    record(session, actor, f"{sort.one}.tagged", thing.id, name=thing.name, tags=", ".join(wanted))
    return wanted


def _wrong(text: str) -> Invalid:
    return Invalid(text, fields={"tags": text})
