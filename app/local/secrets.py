"""Keys of this machine's own installation: made once, then kept, so that what is sealed stays readable."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from app.local.env_file import read_env_file, write_env_file

_MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    # A Fernet key is 32 random bytes in url-safe base64.
    "PLUMB_SECRETS_KEYS": lambda: base64.urlsafe_b64encode(os.urandom(32)).decode(),
}


def ensure_secrets(path: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Values for those keys that `environ` leaves unset: out of the file, which is given what it lacks."""
    wanted = [name for name in _MAKERS if not environ.get(name)]
    kept = read_env_file(path)
    missing = [name for name in wanted if not kept.get(name)]
    if missing:
        kept |= {name: _MAKERS[name]() for name in missing}
        write_env_file(path, kept)
    return {name: kept[name] for name in wanted}
