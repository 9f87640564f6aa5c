"""The network between the parts of an installation: every connection goes through here, and can be cut.

A unix socket says which process is at the other end, so that one part loses one server while others keep it.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

PIECE = 1 << 18


@dataclass(eq=False)
class _Line:
    """One connection: of which part, to which server; closed gate: nothing passes, not even its end."""

    part: str
    server: str
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    ends: list[asyncio.StreamWriter] = field(default_factory=list)

    def drop(self) -> None:
        for end in self.ends:
            end.transport.abort()


class Wires:
    """`whose` names the part that a process belongs to. Use as a block; lay a wire to each server."""

    def __init__(self, whose: Callable[[int], str]) -> None:
        self._whose = whose
        self._lines: set[_Line] = set()
        self._cuts: dict[tuple[str, str], bool] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wires", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def to_socket(self, server: str, listen: Path, target: Path) -> None:
        """Whoever connects to the socket `listen` is carried to the socket `target`."""

        async def lay() -> None:
            await asyncio.start_unix_server(
                lambda *ends: self._carry(server, lambda: asyncio.open_unix_connection(target), *ends), listen
            )

        self._do(lay())
        listen.chmod(0o777)

    def to_port(self, server: str, port: int) -> int:
        """The port of loopback that leads to this one. Nobody knows who connects: a cut hits everybody."""

        async def lay() -> int:
            laid = await asyncio.start_server(
                lambda *ends: self._carry(server, lambda: asyncio.open_connection("127.0.0.1", port), *ends),
                "127.0.0.1",
                0,
            )
            return int(laid.sockets[0].getsockname()[1])

        return int(self._do(lay()))

    def cut(self, part: str, server: str, *, silent: bool) -> None:
        """Between this part and this server nothing passes: silently, or every connection is refused."""

        async def apply() -> None:
            self._cuts[part, server] = silent
            for line in self._between(part, server):
                line.gate.clear()
                if not silent:
                    line.drop()

        self._do(apply())

    def mend(self, part: str, server: str, *, drop: bool = False) -> None:
        """What was held back arrives, unless those connections are given up meanwhile (`drop`)."""

        async def apply() -> None:
            self._cuts.pop((part, server), None)
            for line in self._between(part, server):
                if drop:
                    line.drop()
                line.gate.set()

        self._do(apply())

    def _between(self, part: str, server: str) -> list[_Line]:
        return [line for line in self._lines if line.server == server and line.part in (part, "")]

    async def _carry(
        self,
        server: str,
        reach: Callable[[], Coroutine[Any, Any, tuple[asyncio.StreamReader, asyncio.StreamWriter]]],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        line = _Line(self._whose(_peer(writer)), server, ends=[writer])
        cut = self._cut_of(line)
        if cut is False:
            writer.transport.abort()
            return
        if cut is None:
            line.gate.set()
        self._lines.add(line)
        try:
            await line.gate.wait()
            there_reader, there_writer = await reach()
            line.ends.append(there_writer)
            await asyncio.gather(_pass_on(line, reader, there_writer), _pass_on(line, there_reader, writer))
        except OSError:
            pass
        finally:
            line.drop()
            self._lines.discard(line)

    def _cut_of(self, line: _Line) -> bool | None:
        """True for silent, False for refused, None for not at all."""
        found = [
            silent
            for (part, server), silent in self._cuts.items()
            if server == line.server and line.part in (part, "")
        ]
        return all(found) if found else None

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        done: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return done.result(10)


async def _pass_on(line: _Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            await line.gate.wait()
            writer.write(piece)
            await writer.drain()
    await line.gate.wait()
    with suppress(OSError):
        writer.transport.abort() if writer.is_closing() else writer.close()


def _peer(writer: asyncio.StreamWriter) -> int:
    """The process at the other end of a unix socket, else 0."""
    connection = writer.get_extra_info("socket")
    if connection.family != socket.AF_UNIX:
        return 0
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credentials)[0])


def family_of(pid: int, heads: dict[int, str]) -> str:
    """The name in `heads` of this process or the nearest of its ancestors; empty when there is none."""
    while pid > 1:
        if pid in heads:
            return heads[pid]
        try:
            status = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return ""
        pid = int(status.rpartition(")")[2].split()[1])
    return ""
