"""The variables that only a local start reads; all others are in `app.core.settings`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.core.shipped import IN_CHECKOUT

# What to type, in words for people.
START = "make run" if IN_CHECKOUT else "plumb up"
WITH_SERVERS = "pip install -e .[embedded]" if IN_CHECKOUT else "pip install 'plumbline[embedded]'"


@dataclass(frozen=True, slots=True)
class Option:
    """A variable of the environment: its name, its default, and one line of help."""

    name: str
    default: str
    help: str

    def read(self, environ: Mapping[str, str]) -> str:
        return environ.get(self.name, "").strip() or self.default


class _Directory(Option):
    def path(self, environ: Mapping[str, str], root: Path) -> Path:
        """The directory, taken from `root` where it is not absolute."""
        return root / self.read(environ)


VAR = _Directory("PLUMB_VAR", "var", "directory for the private servers' data and for keys")
BIND = Option("PLUMB_BIND", "127.0.0.1", f"address that `{START}` serves on; 0.0.0.0 for other machines too")
ADMIN_EMAIL = Option("PLUMB_ADMIN_EMAIL", "admin@example.com", "e-mail of the admin made at the first start")
DEMO_WANTED = "demo.wanted"  # a file in that directory, until the demo is loaded
DEMO = Option("PLUMB_DEMO", "1", "0 leaves the demo out; the first start then asks in the browser")
OPTIONS = (VAR, BIND, ADMIN_EMAIL, DEMO)


def asks_in_browser(environ: Mapping[str, str]) -> bool:
    """Whether a first start leaves it to the browser to make the first admin: no demo, and nobody named."""
    return DEMO.read(environ) == "0" and not environ.get(ADMIN_EMAIL.name, "").strip()
