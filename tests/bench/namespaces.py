"""Network namespaces as hosts: each with an address, a name and processes of its own, on one bridge."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.live import ROOT

BRIDGE, NET = "plumb0", "10.77.0"
HOSTS = {"pg": 2, "redis": 3, "web1": 11, "web2": 12, "work1": 21, "work2": 22, "work3": 23, "work4": 24}


class Hosts:
    """Namespaces by name, each with an address on one bridge, and the processes started in them."""

    def __init__(self) -> None:
        self.running: dict[str, list[subprocess.Popen[bytes]]] = {}

    def __enter__(self) -> "Hosts":
        self.__exit__()
        _ip("link", "add", BRIDGE, "type", "bridge")
        _ip("addr", "add", f"{NET}.1/24", "dev", BRIDGE)
        _ip("link", "set", BRIDGE, "up")
        for name, number in HOSTS.items():
            space, inside, outside = f"plumb-{name}", f"vi{number}", f"vo{number}"
            _ip("netns", "add", space)
            _ip("link", "add", outside, "type", "veth", "peer", "name", inside)
            _ip("link", "set", inside, "netns", space)
            _ip("link", "set", outside, "master", BRIDGE, "up")
            _ip("-n", space, "addr", "add", f"{NET}.{number}/24", "dev", inside)
            _ip("-n", space, "link", "set", inside, "up")
            _ip("-n", space, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.running):
            self.kill(name)
        for name, number in HOSTS.items():
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "del", f"plumb-{name}")
            with suppress(subprocess.CalledProcessError):
                _ip("link", "del", f"vo{number}")
        with suppress(subprocess.CalledProcessError):
            _ip("link", "del", BRIDGE)

    def start(self, name: str, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        """Start a command on this host; its host name is the host's."""
        inside = ["ip", "netns", "exec", f"plumb-{name}", "unshare", "--uts", "sh", "-c"]
        whole = f"hostname {name}; exec " + " ".join(command)
        with log.open("ab") as output:
            self.running.setdefault(name, []).append(
                subprocess.Popen(
                    [*inside, whole],
                    cwd=ROOT,
                    env=dict(environment),
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            )

    def kill(self, name: str) -> None:
        """The host is gone: its wire is cut, and then all that ran there is killed."""
        with suppress(subprocess.CalledProcessError):
            _ip("link", "set", f"vo{HOSTS[name]}", "down")
        found = subprocess.run(
            ["ip", "netns", "pids", f"plumb-{name}"], capture_output=True, text=True, check=False
        )
        for pid in map(int, found.stdout.split()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.running.pop(name, []):
            process.wait()


def why_not() -> str:
    """Why this machine can have no namespaces, in a sentence; empty when it can."""
    if shutil.which("ip") is None:
        return "Network namespaces need the program `ip` (iproute2, Linux)."
    if os.geteuid() != 0:
        return "Network namespaces need root."
    try:
        _ip("netns", "add", "plumb-try")
        _ip("netns", "del", "plumb-try")
    except subprocess.CalledProcessError as error:
        return f"Network namespaces are not permitted here: {error.stderr.decode().strip()}"
    return ""


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
