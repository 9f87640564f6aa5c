"""The clocks of the installation's machines, each of which can be set wrong while its processes run."""

import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


class Clocks:
    """A file for each part says how wrong its clock is; a library that is loaded before all others obeys it.

    Without a C compiler there is none, and `can_jump` is False.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        place.mkdir()
        self._library = place / "clock.so"
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler:
            command = [compiler, "-shared", "-fPIC", "-O1", "-o", self._library, SOURCE, "-ldl"]
            subprocess.run(command, check=True)

    @property
    def can_jump(self) -> bool:
        return self._library.exists()

    def wind(self, part: str, command: str) -> str:
        """The command, with a clock of its own."""
        if not self.can_jump:
            return command
        self.set(part, 0.0)
        return f"env LD_PRELOAD={self._library} PLUMB_TEST_CLOCK={self._file(part)} {command}"

    def set(self, part: str, wrong_by_s: float) -> None:
        with self._file(part).open("r+b" if self._file(part).exists() else "wb") as file:
            file.write(struct.pack("=q", int(wrong_by_s * 1e9)))

    def _file(self, part: str) -> Path:
        return self._place / f"clock.{part.replace(' ', '-')}"
