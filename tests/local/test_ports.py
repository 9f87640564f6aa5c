import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.local.errors import LocalError
from app.local.ports import require_free_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_busy_port_is_named_with_the_way_out(taken: int) -> None:
    with pytest.raises(LocalError, match=rf"Port {taken} is in use .* `PORT=\d+ make run`"):
        require_free_port("127.0.0.1", str(taken))


@pytest.mark.parametrize("text", ["", "web", "0", "65536", "-1"])
def test_what_is_no_port_is_said(text: str) -> None:
    with pytest.raises(LocalError, match="PORT must be a number"):
        require_free_port("127.0.0.1", text)


def test_plumb_up_says_it_in_one_line_and_fails(taken: int, tmp_path: Path) -> None:
    program = "import sys; from app.cli import main; sys.argv = ['plumb', 'up']; main()"
    environ = {"PORT": str(taken), "PLUMB_VAR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert f"Port {taken} is in use" in ended.stderr
