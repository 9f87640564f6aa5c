"""Seal every secret under the newest key, while the system runs: all of them, or none."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import vault

MOST_PASSES = 5


class CannotRotate(Exception):
    """Nothing was changed; the message says what stands in the way, and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """A table with sealed values: `column` holds them, `called` names a row for people.

    `also` is set with the new seal: what tells one connection from another shall stay as it was.
    """

    table: str
    column: str
    called: str
    also: str = ""


PLACES = (
    Place(
        "datasources",
        "sealed_connection",
        "'datasource ' || id || ' (' || name || ')'",
        ", connection_mark = coalesce(connection_mark, sha256(sealed_connection))",
    ),
    Place("webhooks", "sealed_secret", "'webhook ' || id"),
)


@dataclass(frozen=True, slots=True)
class Sealed:
    place: Place
    id: int
    called: str
    value: bytes


def rotate_secrets(session: Session) -> tuple[int, int]:
    """How many were sealed anew, and how many there are. Raises CannotRotate.

    A value that somebody changes meanwhile is theirs: it is looked at again.
    """
    resealed = 0
    for _ in range(MOST_PASSES):
        found = list(everything(session))
        closed = [each.called for each in found if not vault.opens(each.value)]
        if closed:
            raise CannotRotate(
                f"No key in PLUMB_SECRETS_KEYS opens {_listed(closed)}. Put the key back that sealed it,"
                " behind the new one. Nothing was changed."
            )
        old = [each for each in found if not vault.is_newest(each.value)]
        if not old:
            return resealed, len(found)
        resealed += sum(_reseal(session, each) for each in old)
    raise CannotRotate(
        "Secrets are being sealed under an older key all the time: a process still runs with the former keys."
        " Restart it with the new ones, then rotate again. Nothing was changed."
    )


def everything(session: Session) -> Iterator[Sealed]:
    """Every sealed value that is stored."""
    for place in PLACES:
        look = text(f"select id, {place.called}, {place.column} from {place.table} order by id")
        for id, called, value in session.execute(look):
            yield Sealed(place, id, called, bytes(value))


def _reseal(session: Session, one: Sealed) -> int:
    """1, or 0 when it was changed meanwhile."""
    change = text(
        f"update {one.place.table} set {one.place.column} = :anew{one.place.also}"
        f" where id = :id and {one.place.column} = :before"
    )
    values = {"id": one.id, "before": one.value, "anew": vault.rotate(one.value)}
    return int(session.execute(change, values).rowcount)  # type: ignore[attr-defined]


def _listed(names: list[str]) -> str:
    first = ", ".join(names[:5])
    return f"{first} and {len(names) - 5} more" if len(names) > 5 else first
