# cython: language_level=3
"""What receive_pure does, compiled: it waits and reads without the interpreter, many small packets at a time.

A server sends 8 kB at once, and each of these wakes its reader: two processes in lock step, which costs more than
the bytes do. When an answer is long, a moment's sleep lets several gather.
"""

from libc.stdint cimport uintptr_t

from app.datasources.connectors.postgres.libpq import function
from app.datasources.connectors.postgres.receive_pure import READS_AT_ONCE

cdef extern from "<poll.h>" nogil:
    struct pollfd:
        int fd
        short events
        short revents
    int poll(pollfd *, unsigned long, int)
    enum:
        POLLIN

cdef extern from "<sys/ioctl.h>" nogil:
    int ioctl(int, unsigned long, int *)
    enum:
        FIONREAD

cdef extern from "<unistd.h>" nogil:
    int usleep(unsigned int)

cdef enum:
    PATIENT_READS = 16  # a short answer is never made to wait
    GATHER_US = 150
    GATHERED = 32768  # bytes: enough to be worth a read
    READS_IN_A_ROW = 8  # libpq's buffer grows while it is filled faster than it is parsed

ctypedef int (*call_t)(void *) noexcept nogil

cdef call_t is_busy = <call_t><uintptr_t>function("PQisBusy")
cdef call_t consume_input = <call_t><uintptr_t>function("PQconsumeInput")
cdef int reads_at_once = READS_AT_ONCE


cdef class Receiver:
    """See receive_pure.Receiver."""

    cdef object _pgconn
    cdef int _fd
    cdef int _reads

    def __init__(self, pgconn):
        self._pgconn = pgconn
        self._fd = pgconn.socket
        self._reads = 0

    def receive(self, int milliseconds):
        """See receive_pure.Receiver.receive."""
        cdef uintptr_t pointer = self._pgconn.pgconn_ptr or 0
        cdef void *connection = <void *>pointer
        cdef int enough = self._reads + reads_at_once, alive = 1
        cdef pollfd asked
        asked.fd, asked.events = self._fd, POLLIN
        if pointer != 0:
            with nogil:
                while is_busy(connection) and alive and self._reads < enough:
                    if poll(&asked, 1, milliseconds) == 0:
                        alive = consume_input(connection)  # a TLS layer may hold what poll does not see
                        break
                    alive = self._read(connection)
        if pointer == 0 or not alive:
            self._pgconn.consume_input()  # says in an exception what went wrong

    cdef int _read(self, void *connection) noexcept nogil:
        """All that has arrived, in a few reads; 0 when the connection broke."""
        cdef int waiting = 0, i
        if self._reads > PATIENT_READS and ioctl(self._fd, FIONREAD, &waiting) == 0 and waiting < GATHERED:
            usleep(GATHER_US)
        for i in range(READS_IN_A_ROW):
            if not consume_input(connection):
                return 0
            self._reads += 1
            if ioctl(self._fd, FIONREAD, &waiting) != 0 or waiting == 0:
                break
        return 1
