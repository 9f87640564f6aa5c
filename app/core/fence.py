"""Which hosts we speak to on somebody's word: public ones, unless the installation allows private ones."""

import ipaddress
import socket


class Fenced(Exception):
    """The host may not be reached, or has no address; the message is for whoever named it."""


def address_of(host: str, port: int, *, private: bool = False) -> str:
    """An address of the host. Connect to exactly this one: its name may mean another a moment later.

    Raises Fenced when it has none, or when any of its addresses is not a public one and `private` is not
    allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Fenced(f"The host {host} is not known.") from None
    addresses = [str(each[4][0]) for each in found]
    if not addresses:
        raise Fenced(f"The host {host} has no address.")
    if not private and not all(map(_is_public, addresses)):
        raise Fenced(f"{host} is inside this network. Use a host that anybody can reach.")
    return addresses[0]


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    return inner.is_global and not inner.is_multicast and found.is_global
