"""Several processes' output on one terminal: every line starts with the name of who said it."""

import os
from collections.abc import Sequence
from typing import IO

_COLOURS = ("36", "33", "35", "32", "34", "31")
_LONGEST = 64_000


class Lines:
    """Writes whole lines to `out`, prefixed; in colour where `out` is a terminal and NO_COLOR is unset."""

    def __init__(self, names: Sequence[str], out: IO[str]) -> None:
        self._out = out
        self._width = max(map(len, names), default=0)
        coloured = out.isatty() and not os.environ.get("NO_COLOR")
        self._colours = dict(zip(names, _COLOURS * len(names), strict=False)) if coloured else {}
        self._rest: dict[str, bytes] = {}

    def feed(self, name: str, data: bytes) -> None:
        """Some bytes of that process's output; the last line may still be incomplete."""
        *lines, rest = (self._rest.pop(name, b"") + data).split(b"\n")
        if len(rest) > _LONGEST:
            lines, rest = [*lines, rest], b""
        self._rest[name] = rest
        for line in lines:
            self._write(name, line)
        self._out.flush()

    def finish(self, name: str) -> None:
        """The process's output has ended: write what is left of it."""
        rest = self._rest.pop(name, b"")
        if rest:
            self._write(name, rest)
            self._out.flush()

    def say(self, text: str) -> None:
        """A line of our own, without a prefix."""
        self._out.write(text + "\n")
        self._out.flush()

    def _write(self, name: str, line: bytes) -> None:
        prefix = f"{name:<{self._width}} |"
        if name in self._colours:
            prefix = f"\x1b[{self._colours[name]}m{prefix}\x1b[0m"
        self._out.write(f"{prefix} {line.decode(errors='replace').rstrip()}\n")
