"""Where an org lets its datasources be: a list of hosts, decided by its admins.

What the whole installation may reach is another matter, and comes first.
"""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Org
from app.core import vault
from app.core.errors import Invalid
from app.datasources.models import Datasource

MOST = 200
LONGEST = 253
_PATTERN = re.compile(r"(\*\.)?[a-z0-9_:]([a-z0-9_:.-]*[a-z0-9_:])?|/[^\s,]*", re.IGNORECASE)


def read_hosts(text: str) -> list[str] | None:
    """Hosts with spaces, commas or lines between, such as `db.example.com` or `*.example.com`; None for none.

    Raises Invalid at `allowed_hosts`.
    """
    found = list(dict.fromkeys(word.lower() for word in re.split(r"[\s,]+", text) if word))
    for host in found:
        if len(host) > LONGEST or not _PATTERN.fullmatch(host):
            raise _invalid(f"{host[:60]} is no host. Write names such as db.example.com or *.example.com.")
    if len(found) > MOST:
        raise _invalid(f"These are {len(found):,} hosts; {MOST} are possible.")
    return found or None


def refuse_host(session: Session, actor: Actor, connection: Mapping[str, str]) -> None:
    """Raises Invalid at `host` or `url` for a connection that leads to a host that the org does not allow."""
    allowed = session.scalar(select(Org.allowed_hosts).where(Org.id == actor.org_id))
    if allowed is not None and (strange := _strange(allowed, connection)) is not None:
        field = "url" if "url" in connection else "host"
        said = f"{actor.org_name} allows no datasource on {strange}. An admin can add it under Settings."
        raise Invalid(said, fields={field: said})


def refuse_to_leave_out(session: Session, actor: Actor, allowed: list[str] | None) -> None:
    """Raises Invalid at `allowed_hosts` when a datasource of the org is elsewhere."""
    if allowed is None:
        return
    live = select(Datasource).where(Datasource.org_id == actor.org_id, Datasource.archived_at.is_(None))
    for datasource in session.scalars(live.order_by(Datasource.name)):
        with suppress(vault.SealBroken):
            connection: dict[str, str] = json.loads(vault.unseal(datasource.sealed_connection))
            if (strange := _strange(allowed, connection)) is not None:
                raise _invalid(f"{datasource.name} is on {strange}. Add that host, or archive it first.")


def _strange(allowed: Iterable[str], connection: Mapping[str, str]) -> str | None:
    """The first host that is not allowed; None when all are, or there is none, as of a file."""
    return next((host for host in _hosts(connection) if not _fits(host, allowed)), None)


def _hosts(connection: Mapping[str, str]) -> list[str]:
    """Also of a URL that is kept whole, in whose query another host may stand."""
    if not (url := connection.get("url", "")):
        return [host.strip().lower() for host in connection.get("host", "").split(",") if host.strip()]
    with suppress(ValueError):
        parts = urlsplit(url)
        if not re.search(r"(^|&)host(addr)?=", unquote(parts.query), re.IGNORECASE):
            named = parts.netloc.rpartition("@")[2].split(",")
            return [unquote(host.rpartition(":")[0] or host).strip("[]").lower() for host in named]
    return ["a host that its URL hides"]


def _fits(host: str, allowed: Iterable[str]) -> bool:
    return any(host.endswith(each[1:]) if each.startswith("*.") else host == each for each in allowed)


def _invalid(said: str) -> Invalid:
    return Invalid(said, fields={"allowed_hosts": said})
