import subprocess
import sys
from pathlib import Path

from app.local.leftovers import end_leftovers, remember
from tests.local.supervised import eventually, gone

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_what_a_killed_supervisor_left_is_ended_before_the_next_start(tmp_path: Path) -> None:
    process = subprocess.Popen(SLEEP, start_new_session=True)
    remember(tmp_path / "processes", [process.pid])
    assert end_leftovers(tmp_path / "processes") == 1
    eventually(lambda: gone(process.pid))
    assert end_leftovers(tmp_path / "processes") == 0
    process.wait()


def test_a_number_that_is_somebody_elses_now_is_left_alone(tmp_path: Path) -> None:
    process = subprocess.Popen(SLEEP, start_new_session=True)
    (tmp_path / "processes").write_text(f"{process.pid} 1\n")
    assert end_leftovers(tmp_path / "processes") == 0
    assert process.poll() is None
    process.kill()
    process.wait()
