"""Secrets at rest: sealed under the newest of several Fernet keys, so that keys can be rotated."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.core.settings import SettingsError

_vault: MultiFernet | None = None
_newest: Fernet | None = None


class SealBroken(Exception):
    """A sealed value cannot be opened with any of the configured keys."""


def configure(keys: str) -> None:
    """Use these comma-separated keys, newest first. Raises SettingsError for a malformed one."""
    global _vault, _newest
    try:
        fernets = [Fernet(key.strip()) for key in keys.split(",") if key.strip()]
        _vault, _newest = MultiFernet(fernets), fernets[0]
    except ValueError as error:
        raise SettingsError(
            "PLUMB_SECRETS_KEYS must be Fernet keys (32 bytes in url-safe base64), separated by commas"
        ) from error


def seal(text: str) -> bytes:
    return _keys().encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """The text that was sealed. Raises SealBroken when no configured key fits."""
    try:
        return _keys().decrypt(sealed).decode()
    except InvalidToken as error:
        raise SealBroken(
            "no key in PLUMB_SECRETS_KEYS opens this secret; was the key it was sealed with removed?"
        ) from error


def opens(sealed: bytes) -> bool:
    """Whether one of the configured keys fits."""
    try:
        _keys().decrypt(sealed)
    except InvalidToken:
        return False
    return True


def is_newest(sealed: bytes) -> bool:
    """Whether the first of the configured keys is the one it was sealed with."""
    if _newest is None:
        raise RuntimeError("core.vault.configure was not called")
    try:
        _newest.decrypt(sealed)
    except InvalidToken:
        return False
    return True


def rotate(sealed: bytes) -> bytes:
    """The same secret under the newest key. Raises SealBroken."""
    try:
        return _keys().rotate(sealed)
    except InvalidToken as error:
        raise SealBroken("no key in PLUMB_SECRETS_KEYS opens this secret") from error


def _keys() -> MultiFernet:
    if _vault is None:
        raise RuntimeError("core.vault.configure was not called")
    return _vault
