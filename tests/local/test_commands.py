import os
from pathlib import Path

import pytest

from app.local.commands import run_quietly
from app.local.errors import LocalError, explain_os_error
from app.local.space import require_space


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("npm error code ENOTFOUND", "The package index cannot be reached"),
        ("trying\nERROR: no such thing\nbye", "Making it failed: ERROR: no such thing"),
    ],
)
def test_what_went_wrong_is_one_sentence(tmp_path: Path, said: str, sentence: str) -> None:
    command = ["/bin/sh", "-c", f"echo '{said}'; exit 3"]
    with pytest.raises(LocalError, match=sentence) as caught:
        run_quietly(command, log=tmp_path / "log", purpose="making it", cwd=tmp_path, env=os.environ)
    assert "\n" not in str(caught.value)


def test_a_command_that_works_says_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run_quietly(["echo", "hello"], log=tmp_path / "log", purpose="it", cwd=tmp_path, env=os.environ)
    assert capfd.readouterr().out == ""
    assert (tmp_path / "log").read_text() == "hello\n"


def test_a_full_disk_is_said_before_and_after(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"The disk is full: this needs \d+ MB"):
        require_space(tmp_path, 10**18, "this")
    assert "The disk is full" in explain_os_error(OSError(28, "No space left on device", "/var/x"))
