from pathlib import Path

from cryptography.fernet import Fernet

from app.local.secrets import ensure_secrets


def test_keys_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    first = ensure_secrets(file, {})
    assert ensure_secrets(file, {}) == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(first["SECRET_KEY"]) >= 32
    Fernet(first["PLUMB_SECRETS_KEYS"])


def test_what_the_environment_sets_is_neither_made_nor_written(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    given = {"SECRET_KEY": "given", "PLUMB_SECRETS_KEYS": "given"}
    assert ensure_secrets(file, given) == {}
    assert not file.exists()


def test_a_file_that_lacks_one_key_keeps_the_other(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    one = ensure_secrets(file, {"SECRET_KEY": "given"})
    both = ensure_secrets(file, {})
    assert set(both) == {"SECRET_KEY", "PLUMB_SECRETS_KEYS"}
    assert both["PLUMB_SECRETS_KEYS"] == one["PLUMB_SECRETS_KEYS"]
