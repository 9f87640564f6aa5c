"""Does each datasource answer, and how soon? A TCP connection, then `select 1` by its connector."""

import json
import logging
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import text

from app.core import db, vault
from app.core.fence import Fenced, datasource_addresses
from app.datasources.connectors.base import ConnectorError, Limits, Statement
from app.datasources.connectors.registry import UnknownKind, connector_for
from app.telemetry.entries import Severity
from app.telemetry.names import PROBE
from app.telemetry.write import insert_event, observe

log = logging.getLogger(__name__)

AT_ONCE = 8
TCP_S = 1.0
SELECT_S = 2.0
LONGEST_S = 4.0  # of the whole job: other housekeeping waits behind it, and the rest comes first next time

ASKED = Statement(("select 1",), comment="plumbline probe")
LIVE = text(
    """
    select datasources.id, org_id, kind, name, sealed_connection,
           (select max(seen_at) from metric_series
            where name = :metric and target = cast(datasources.id as text)) as probed_at
    from datasources where archived_at is null and paused_at is null
    order by probed_at nulls first, random()
    """
)


@dataclass(frozen=True, slots=True)
class Probed:
    """How long a step took in seconds, and what was wrong: None when nothing was."""

    step: str
    seconds: float
    problem: str | None


def probe_all(longest_s: float = LONGEST_S) -> int:
    """Probe the live datasources that are not paused, as many as the time allows; returns how many."""
    with db.autocommit() as connection:
        places = connection.execute(LIVE, {"metric": PROBE.name}).all()
    deadline = time.monotonic() + longest_s
    done = 0
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="probe")
    try:
        for first in range(0, len(places), AT_ONCE):
            if time.monotonic() > deadline:
                log.info("probes postponed", extra={"left": len(places) - first})
                break
            few = places[first : first + AT_ONCE]
            probes = {pool.submit(probe, each.kind, bytes(each.sealed_connection)): each for each in few}
            finished, _ = wait(probes, timeout=max(0.0, deadline - time.monotonic()))
            for each in finished:
                _record(probes[each].id, probes[each].org_id, each.result())
            done += len(finished)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return done


def probe(kind: str, sealed_connection: bytes) -> list[Probed]:
    """Never raises. One without a host has no TCP step; after a step that failed there is no other."""
    try:
        fields = json.loads(vault.unseal(sealed_connection))
    except vault.SealBroken as error:
        return [Probed("select", 0.0, str(error))]
    address = _address(fields)
    found = [_timed("tcp", lambda: _connect(address))] if address else []
    if not any(each.problem for each in found):
        found.append(_timed("select", lambda: _select(kind, fields)))
    return found


def _record(datasource_id: int, org_id: int, found: list[Probed]) -> None:
    for each in found:
        words = (str(datasource_id), each.step)
        ms = each.seconds * 1000
        observe(PROBE, each.seconds, *words, org_id=org_id, success=not each.problem, duration_ms=ms)
        if each.problem:
            about = {"datasource_id": datasource_id, "step": each.step}
            said = f"Datasource {datasource_id} does not answer: {each.problem}"
            insert_event("datasources", "probe_failed", Severity.WARNING, said, about, org_id=org_id)


def _timed(step: str, work: Callable[[], None]) -> Probed:
    began = time.monotonic()
    try:
        work()
        problem = None
    except OSError as error:
        problem = f"{type(error).__name__}: {error.strerror or error}"
    except (ConnectorError, UnknownKind, Fenced) as error:
        problem = str(error).splitlines()[0][:300]
    except Exception as error:  # a plug-in's own; a probe is no reason to fail
        problem = type(error).__name__
    return Probed(step, time.monotonic() - began, problem)


def _address(fields: Mapping[str, str]) -> tuple[str, int] | None:
    """None for a socket of this machine, a file, and what names no single host."""
    parts = urlsplit(fields.get("url", ""))
    try:
        host, port = parts.hostname or fields.get("host", ""), parts.port or int(fields.get("port") or 5432)
    except ValueError:
        return None
    return (host, port) if host and not host.startswith("/") and "," not in host else None


def _connect(address: tuple[str, int]) -> None:
    first = datasource_addresses(*address)[0]
    with socket.create_connection((first, address[1]), TCP_S):
        pass


def _select(kind: str, fields: Mapping[str, str]) -> None:
    connector = connector_for(kind, fields)
    try:
        with connector.execute(ASKED, Limits(SELECT_S, 1, 1000)) as execution:
            for _ in execution.batches():
                pass
    finally:
        connector.close()
