"""Idle connections kept for the next run of the same datasource: a fresh one costs ten times `select 1`."""

import os
import threading
import time

import psycopg
from psycopg import pq

from app.datasources.connectors.postgres.connection import Link

MAX_IDLE = 8
MAX_IDLE_S = 60.0
MAX_AGE_S = 1800.0


class Warm:
    """Thread safe, bounded, oldest out first. Keyed by conninfo: a new password never meets an old link."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[tuple[str, Link]] = []

    def take(self, conninfo: str) -> Link | None:
        """The most recently used one that is still alive, or None."""
        while True:
            with self._lock:
                pair = next((pair for pair in reversed(self._idle) if pair[0] == conninfo), None)
                if pair is None:
                    return None
                self._idle.remove(pair)
            link = pair[1]
            if not _is_old(link) and _is_quiet(link):
                return link
            link.close()

    def keep(self, conninfo: str, link: Link) -> None:
        """Forgets all the last run left behind, then keeps it; closes it if it is not fit to be kept."""
        if not _is_clean(link):
            link.close()
            return
        link.idle_since = time.monotonic()
        with self._lock:
            self._idle.append((conninfo, link))
            fresh = [pair for pair in self._idle if not _is_old(pair[1])][-MAX_IDLE:]
            stale = [old for key, old in self._idle if (key, old) not in fresh]
            self._idle = fresh
        for old in stale:
            old.close()

    def drop(self, conninfo: str) -> None:
        """Closes the idle ones of this datasource."""
        with self._lock:
            dropped = [link for key, link in self._idle if key == conninfo]
            self._idle = [pair for pair in self._idle if pair[0] != conninfo]
        for link in dropped:
            link.close()

    def forget(self) -> None:
        """After a fork: the parent still uses these, so let go and do not close; psycopg sees to that."""
        self._lock = threading.Lock()
        self._idle = []


def _is_old(link: Link) -> bool:
    now = time.monotonic()
    return now - link.idle_since > MAX_IDLE_S or now - link.opened_at > MAX_AGE_S


def _is_quiet(link: Link) -> bool:
    """An idle server has nothing to say but goodbye."""
    try:
        link.pgconn.consume_input()
        return link.pgconn.status == pq.ConnStatus.OK and not link.pgconn.is_busy()
    except psycopg.Error:
        return False


def _is_clean(link: Link) -> bool:
    pgconn = link.pgconn
    if pgconn.status != pq.ConnStatus.OK or pgconn.transaction_status == pq.TransactionStatus.ACTIVE:
        return False
    # ROLLBACK even when the server says it is idle: what is not sent cannot be relied on.
    try:
        for command in (b"ROLLBACK", b"DISCARD ALL"):
            if pgconn.exec_(command).status != pq.ExecStatus.COMMAND_OK:
                return False
    except psycopg.Error:
        return False
    return pgconn.transaction_status == pq.TransactionStatus.IDLE


warm = Warm()
os.register_at_fork(after_in_child=warm.forget)
