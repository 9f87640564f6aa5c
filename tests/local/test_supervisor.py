import signal
import sys
from pathlib import Path

import pytest

from tests.local.supervised import Supervised, eventually, gone, python

ENDLESS = "me({!r}); time.sleep(600)"
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN); me({!r}); time.sleep(600)"


def test_every_line_names_its_process_even_the_last_without_an_end(tmp_path: Path) -> None:
    talk = "print('one'); sys.stderr.write('two\\n'); sys.stdout.write('three'); sys.exit(3)"
    code, output = Supervised(tmp_path, {"a": python(talk), "longer": python("time.sleep(600)")}).finish()
    assert code == 1
    for word in ("one", "two", "three"):
        assert f"a      | {word}\n" in output


def test_when_one_dies_all_are_stopped_and_it_is_named(tmp_path: Path) -> None:
    dying = "Path(os.environ['FOLDER'], 'b').exists() or time.sleep(0.5); sys.exit(7)"
    group = Supervised(tmp_path, {"web": python(dying), "worker": python(ENDLESS.format("b"))})
    code, output = group.finish()
    assert code == 1
    assert "The process `web` ended with exit code 7, so everything was stopped." in output
    if (tmp_path / "b").exists():
        assert gone(group.pid("b"))


def test_a_killed_process_is_named_with_its_signal(tmp_path: Path) -> None:
    code, output = Supervised(tmp_path, {"web": python("os.kill(os.getpid(), signal.SIGKILL)")}).finish()
    assert code == 1
    assert "`web` was killed by SIGKILL" in output


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_passed_on_and_is_no_failure(tmp_path: Path, how: signal.Signals) -> None:
    say = f"signal.signal({int(how)}, lambda *_: (print('heard'), sys.exit(0))); me('a'); time.sleep(600)"
    group = Supervised(tmp_path, {"a": python(say)})
    group.pid("a")
    group.process.send_signal(how)
    code, output = group.finish()
    assert code == 0
    assert "a | heard" in output


def test_who_does_not_listen_is_killed(tmp_path: Path) -> None:
    group = Supervised(tmp_path, {"a": python(STUBBORN.format("a"))}, patience=0.2)
    pid = group.pid("a")
    group.process.terminate()
    code, output = group.finish()
    assert code == 0
    assert "`a` did not stop in time" in output
    assert gone(pid)


def test_a_second_signal_ends_the_patience(tmp_path: Path) -> None:
    group = Supervised(tmp_path, {"a": python(STUBBORN.format("a"))}, patience=500)
    pid = group.pid("a")
    group.process.terminate()
    assert group.process.stdout is not None
    assert group.process.stdout.readline() == "Stopping ...\n"
    group.process.terminate()
    group.finish()
    assert gone(pid)


GRANDPARENT = """
import os, subprocess, sys, time
from pathlib import Path

def me(name):
    Path(os.environ["FOLDER"], name).write_text(str(os.getpid()))

if sys.argv[1:]:
    os.setpgrp()
    me("grandchild")
else:
    subprocess.Popen([sys.executable, __file__, "again"])
    me("child")
time.sleep(600)
"""


def test_a_grandchild_in_a_group_of_its_own_is_not_left_behind(tmp_path: Path) -> None:
    (tmp_path / "grandparent.py").write_text(GRANDPARENT)
    group = Supervised(tmp_path, {"a": f"{sys.executable} {tmp_path / 'grandparent.py'}"})
    pids = [group.pid("grandchild"), group.pid("child")]
    group.process.terminate()
    group.finish()
    for pid in pids:
        eventually(lambda pid=pid: gone(pid))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
def test_a_killed_supervisor_leaves_nothing_running(tmp_path: Path) -> None:
    group = Supervised(
        tmp_path, {"a": python(ENDLESS.format("a")), "b": f"sh -c 'echo $$ > {tmp_path}/b; sleep 600; :'"}
    )
    pids = [group.pid("a"), group.pid("b")]
    group.process.kill()
    for pid in pids:
        eventually(lambda pid=pid: gone(pid))
