"""Read from the server until a result is there. The compiled twin is `_receive`."""

import select

from psycopg.pq.abc import PGconn

READS_AT_ONCE = 16  # each may bring megabytes; then it is time to look at the memory they take


class Receiver:
    """Of one connection; one thread at a time."""

    def __init__(self, pgconn: PGconn) -> None:
        self._pgconn = pgconn
        self._poll = select.poll()
        self._poll.register(pgconn.socket, select.POLLIN)

    def receive(self, milliseconds: int) -> None:
        """Returns when a result can be taken, when nothing came for so long, or after READS_AT_ONCE.

        Raises psycopg's OperationalError when the connection broke.
        """
        for _ in range(READS_AT_ONCE):
            if not self._pgconn.is_busy():
                return
            arrived = self._poll.poll(milliseconds)
            self._pgconn.consume_input()  # in any case: a TLS layer may hold what poll does not see
            if not arrived:
                return
