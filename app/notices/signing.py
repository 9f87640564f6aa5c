"""How a webhook's receiver knows that the body is ours, and new."""

import hashlib
import hmac
import secrets

SIGNATURE, TIMESTAMP, DELIVERY = "Plumbline-Signature", "Plumbline-Timestamp", "Plumbline-Delivery"


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256, in hex, of the timestamp in seconds, a point and the body."""
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1={signed.hexdigest()}"
