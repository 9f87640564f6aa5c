"""How many bytes a connection has received: libpq bounds a chunk of rows by their number only.

2,000 rows of 1 MB each reached 3.9 GB before the first of them could be read.
"""

import array
import fcntl
import os
import socket
import struct
import sys
import termios

# linux/tcp.h, struct tcp_info: __u64 tcpi_bytes_received stands at byte 128 (Linux 4.1).
_TCP_INFO_SIZE = 136
_LEAST_READ = 8192  # libpq makes room for at least this much before it reads


class Received:
    """Counts from the first `before_read` after `restart`. Exact for TCP on Linux, else about so."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.restart()

    def restart(self) -> None:
        """Costs no system call."""
        self._start: int | None = None
        self._seen = 0
        self._waiting = 0

    def before_read(self) -> None:
        self._waiting = _unread(self._fd)
        if self._start is None:
            self._start = (_arrived(self._fd) or self._waiting) - self._waiting

    def after_read(self) -> int:
        """Bytes read since the restart."""
        left = _unread(self._fd)
        arrived = _arrived(self._fd)
        if arrived is not None:
            return arrived - left - (self._start or 0)
        self._seen += max(self._waiting - left, min(self._waiting, _LEAST_READ))
        return self._seen


def _unread(fd: int) -> int:
    waiting = array.array("i", [0])
    fcntl.ioctl(fd, termios.FIONREAD, waiting)
    return waiting[0]


def _arrived(fd: int) -> int | None:
    """All bytes that ever reached the connection, or None where the system does not tell."""
    if sys.platform != "linux":
        return None
    with socket.socket(fileno=os.dup(fd)) as connection:
        if connection.family == socket.AF_UNIX:
            return None
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_SIZE)
    return struct.unpack_from("=Q", info, 128)[0] if len(info) >= _TCP_INFO_SIZE else None
