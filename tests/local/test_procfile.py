from pathlib import Path

import pytest

from app.core.shipped import ROOT
from app.local.errors import LocalError
from app.local.procfile import kept_running, read_procfile


def _written(folder: Path, text: str) -> Path:
    file = folder / "Procfile"
    file.write_text(text)
    return file


def test_processes_keep_their_order_and_their_whole_command(tmp_path: Path) -> None:
    file = _written(tmp_path, "# ours\nweb: serve 'a:b()' --port $PORT\n\nworker-2:  python -m work\n")
    assert list(read_procfile(file).items()) == [
        ("web", "serve 'a:b()' --port $PORT"),
        ("worker-2", "python -m work"),
    ]


@pytest.mark.parametrize("text", ["web serve\n", "web:\n", "web: a\nweb: b\n"])
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, text: str) -> None:
    with pytest.raises(LocalError, match=r"Line \d of"):
        read_procfile(_written(tmp_path, text))


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="is missing"):
        read_procfile(tmp_path / "Procfile")


def test_ours_has_the_four_processes_and_release_is_not_kept_running() -> None:
    processes = read_procfile(ROOT / "Procfile")
    assert set(processes) == {"release", "web", "worker", "scheduler"}
    assert list(kept_running(processes)) == ["web", "worker", "scheduler"]
