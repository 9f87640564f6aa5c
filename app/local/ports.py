"""Whether the port that the web server wants is free."""

import errno
import socket

from app.local.errors import LocalError
from app.local.options import START


def require_free_port(host: str, text: str) -> int:
    """The port as a number. LocalError when it is none, is taken, or may not be used."""
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise LocalError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    port = int(text)
    try:
        _bind(host, port)
        _bind_beside(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = _free_port_above(host, port)
            raise LocalError(
                f"Port {port} is in use by another program: choose another, as in `PORT={other} {START}`."
            ) from None
        if error.errno == errno.EACCES:
            raise LocalError(f"This user may not open port {port}: choose one above 1023.") from None
        raise LocalError(f"Port {port} on {host} cannot be opened: {error.strerror or error}.") from None
    return port


def _bind(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the web server does: a port left in TIME_WAIT is free, one with a listener is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        probe.listen()


def _bind_beside(host: str, port: int) -> None:
    """Somebody else's listener on ::1 would be what a browser meets at `localhost`."""
    if host != "127.0.0.1":
        return
    try:
        _bind("::1", port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise


def _free_port_above(host: str, port: int) -> int:
    for candidate in range(port + 1, min(port + 50, 65536)):
        try:
            _bind(host, candidate)
        except OSError:
            continue
        return candidate
    return port + 1
