"""Which hosts we speak to on somebody's word: public ones, and those inside that the installation names."""

import ipaddress
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Clouds tell a machine its own credentials there. Neither a name nor `all` opens them, only their address.
METADATA = tuple(
    map(
        ipaddress.ip_network,
        ("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "100.100.100.200/32", "168.63.129.16/32"),
    )
)
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Fenced(Exception):
    """The host may not be reached; the message is for whoever named it."""


class NotKnown(Fenced):
    """The host has no address."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be reached beside public hosts."""

    everything: bool = False
    networks: tuple[Network, ...] = ()
    names: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()


_datasources = Allowed()


def configure(private_datasources: str) -> None:
    """Before this is called, datasources reach public hosts only. Raises ValueError."""
    global _datasources
    _datasources = read_allowed(private_datasources)


def read_allowed(text: str) -> Allowed:
    """Of a list with commas: networks, names of hosts, folders of sockets, or `all`.

    Raises ValueError, which names what cannot be read.
    """
    networks: list[Network] = []
    names, folders = set(), set()
    for word in filter(None, map(str.strip, text.split(","))):
        if word.startswith("/"):
            folders.add(os.path.normpath(word))
            continue
        try:
            networks.append(ipaddress.ip_network(word))
        except ValueError:
            if "/" in word or " " in word:
                raise ValueError(f"{word!r} is no network") from None
            names.add(word.casefold().rstrip("."))
    return Allowed("all" in names, tuple(networks), frozenset(names - {"all"}), frozenset(folders))


def datasource_addresses(host: str, port: int) -> list[str]:
    """The addresses of a datasource's host: connect to exactly these. For a folder of sockets, none.

    Raises Fenced.
    """
    allowed = _datasources
    if not host or host.startswith(("/", "@")):
        if allowed.everything or (host.startswith("/") and os.path.normpath(host) in allowed.folders):
            return []
        raise Fenced(_how_to_allow(f"{host or 'An empty host'} is a socket of Plumbline's own machine."))
    named = host.casefold().rstrip(".") in allowed.names

    def may(address: Address) -> bool:
        if any(address in network for network in allowed.networks):
            return True
        return _is_ordinary(address) and (named or allowed.everything or _is_public(address))

    return _addresses(host, port, may, _how_to_allow(f"{host} is inside Plumbline's network."))


def address_of(host: str, port: int, *, private: bool = False) -> str:
    """An address of a web server. Connect to exactly this one: its name may mean another a moment later.

    Raises Fenced when it has none, or when any of its addresses is not a public one and `private` is not
    allowed.
    """

    def may(address: Address) -> bool:
        return _is_ordinary(address) and (private or _is_public(address))

    why = f"{host} is inside this network. Use a host that anybody can reach."
    return _addresses(host, port, may, why)[0]


def _addresses(host: str, port: int, may: Callable[[Address], bool], why: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotKnown(f"The host {host} is not known.") from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not addresses:
        raise NotKnown(f"The host {host} has no address.")
    if not all(may(inner) for address in addresses for inner in _meant(address)):
        raise Fenced(why)
    return addresses


def _meant(address: str) -> Sequence[Address]:
    """The address itself, and the one of the older protocol that it leads to, if it does."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if found.version == 4:
        return (found,)
    if found.ipv4_mapped:
        return (found.ipv4_mapped,)
    inner = found.sixtofour or (found.teredo[1] if found.teredo else None)
    if found in NAT64:
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return (found, inner) if inner else (found,)


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast


def _is_ordinary(address: Address) -> bool:
    return not any(address in network for network in METADATA)


def _how_to_allow(why: str) -> str:
    return f"{why} Whoever runs Plumbline can allow it: PLUMB_PRIVATE_DATASOURCES."
