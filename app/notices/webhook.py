"""Post one signed JSON body to an address that an admin named."""

import http.client
import socket
import ssl
import time
from urllib.parse import SplitResult, urlsplit

from app.core.fence import Fenced, address_of
from app.notices.signing import DELIVERY, SIGNATURE, TIMESTAMP, sign

TIMEOUT_S = 5
MOST_READ = 2_000  # bytes of the answer


class Refused(OSError):
    """The server answered, but not with a success."""


def post(url: str, secret: str, delivery_id: int, body: str, *, private: bool) -> None:
    """Redirects are not followed. Raises OSError, or Fenced for a host inside the network."""
    parts = split(url)
    sent, moment = body.encode(), int(time.time())
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = address_of(parts.hostname or "", port, private=private)
    connection = _Pinned(parts, port, address)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Plumbline",
        DELIVERY: str(delivery_id),
        TIMESTAMP: str(moment),
        SIGNATURE: sign(secret, moment, sent),
    }
    try:
        connection.request(
            "POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), sent, headers
        )
        answer = connection.getresponse()
        answer.read(MOST_READ)
    except http.client.HTTPException as error:
        raise Refused(f"The server did not speak HTTP: {type(error).__name__}.") from error
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        raise Refused(f"The server answered {answer.status}.")


def split(url: str) -> SplitResult:
    """Raises Fenced for what is no plain address of a web server."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Fenced("Write an address such as https://example.com/hook.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or port == 0:
        raise Fenced("Write an address such as https://example.com/hook, without a user or a password.")
    return parts


class _Pinned(http.client.HTTPConnection):
    """Goes to the address that was checked, and asks for the host by its name."""

    def __init__(self, parts: SplitResult, port: int, address: str) -> None:
        super().__init__(parts.hostname or "", port, timeout=TIMEOUT_S)
        self._address = address
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        if self._tls:
            self.default_port = 443

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)
