"""What the server itself says of a read: how far it had come, and which relations it opened.

Both ride on exchanges that take place anyway. A server that cannot tell is asked once for each connection.
"""

from psycopg import pq
from psycopg.pq.abc import PGconn, PGresult

from app.evidence.frontier import Frontier

# In the statement that takes the transaction's snapshot. Commits write to the log before they can be seen, so
# that the snapshot holds nothing beyond this position.
POSITION = (
    "SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()"
    " ELSE pg_catalog.pg_current_wal_insert_lsn() END,"
    " pg_catalog.to_char(pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()),"
    ' \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')'
)

# Whoever reads a relation holds a lock on it until the transaction ends; parsing takes it, through views too.
# 1259 is pg_class, and this statement itself opens no relation.
RELATIONS = (
    "SELECT (pg_catalog.pg_identify_object(1259, relation, 0)).identity FROM pg_catalog.pg_lock_status()"
    " WHERE locktype = 'relation' AND pid = pg_catalog.pg_backend_pid()"
)


def cannot_tell(pgconn: PGconn, question: str) -> str | None:
    """Why the server does not answer this question, in its own words; None when it does."""
    answer = pgconn.exec_(question.encode())
    if answer.status == pq.ExecStatus.TUPLES_OK:
        return None
    return answer.get_error_message("utf-8").strip().splitlines()[0] or "The server does not say."


def frontier(answer: PGresult) -> Frontier:
    """Of the answer to POSITION. A replica that has replayed nothing yet has no position."""
    position, clock = (answer.get_value(0, i) for i in range(2))
    if position is None:
        return Frontier(clock=clock.decode() if clock else None, reason="The replica has not replayed yet.")
    return Frontier(position.decode(), clock.decode() if clock else None)


def relations(answer: PGresult) -> tuple[str, ...]:
    """Of the answer to RELATIONS: qualified names, sorted. What was dropped meanwhile has no name."""
    names = {answer.get_value(row, 0) for row in range(answer.ntuples)}
    return tuple(sorted(name.decode("utf-8", "replace") for name in names if name is not None))
