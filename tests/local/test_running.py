from pathlib import Path

import pytest

from app.local import running
from app.local.errors import LocalError


def test_another_terminal_finds_what_runs_here(tmp_path: Path) -> None:
    with running.hold_installation(tmp_path):
        running.publish(tmp_path, {"DATABASE_URL": "postgresql://here", "PORT": "5000"})
        assert (tmp_path / "run.env").stat().st_mode & 0o777 == 0o600
        seen = running.with_running({"PORT": "6000", "PLUMB_VAR": str(tmp_path)})
    assert seen == {"DATABASE_URL": "postgresql://here", "PORT": "6000", "PLUMB_VAR": str(tmp_path)}


def test_a_database_of_the_environment_is_never_mixed_with_it(tmp_path: Path) -> None:
    with running.hold_installation(tmp_path):
        running.publish(tmp_path, {"DATABASE_URL": "postgresql://here", "PLUMB_SECRETS_KEYS": "here"})
        given = {"DATABASE_URL": "postgresql://there", "PLUMB_VAR": str(tmp_path)}
        assert running.with_running(given) == given


def test_what_a_killed_installation_left_is_not_taken_for_running(tmp_path: Path) -> None:
    running.publish(tmp_path, {"DATABASE_URL": "postgresql://here"})
    (tmp_path / "lock").touch()
    with pytest.raises(LocalError, match="not running here: start it with `make run`"):
        running.with_running({"PLUMB_VAR": str(tmp_path)})


def test_two_on_the_same_directory_are_refused(tmp_path: Path) -> None:
    with running.hold_installation(tmp_path), pytest.raises(LocalError, match="already runs"):
        running.hold_installation(tmp_path)
