"""Who may answer the first question: whoever holds the link that was printed where Plumbline was started.

The token follows from SECRET_KEY, so that nothing has to be stored and each start prints the same one. It
opens as long as nobody has an account here, and never again.
"""

import hashlib
import hmac


def setup_token(secret_key: str) -> str:
    return hmac.new(secret_key.encode(), b"plumbline: the first account", hashlib.sha256).hexdigest()[:40]


def setup_path(secret_key: str) -> str:
    """The link without its host."""
    return f"/setup?token={setup_token(secret_key)}"


def fits(token: str, secret_key: str) -> bool:
    return hmac.compare_digest(token.encode(), setup_token(secret_key).encode())
