"""Which addresses may be reached on somebody's word."""

import socket
from collections.abc import Iterator

import pytest

from app.core import fence
from app.core.fence import Fenced, NotKnown, address_of, datasource_addresses, read_allowed


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    before = fence._datasources
    fence.configure("")
    yield
    fence._datasources = before


INSIDE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.0.1",
    "100.64.0.1", "169.254.169.254", "100.100.100.200", "168.63.129.16", "224.0.0.1", "255.255.255.255",
    "::1", "::", "::ffff:10.0.0.1", "fe80::1", "fd00:ec2::254", "fc00::1", "ff02::1", "2002:0a00:0001::",
    "64:ff9b::a00:1", "2001:0:4136:e378:8000:63bf:f5ff:fffe", "localhost",
]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_what_is_inside_is_fenced_however_it_is_written(host: str) -> None:
    with pytest.raises(Fenced, match="PLUMB_PRIVATE_DATASOURCES"):
        datasource_addresses(host, 5432)
    with pytest.raises(Fenced, match="inside this network"):
        address_of(host, 443)


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_public_is_open(host: str) -> None:
    assert datasource_addresses(host, 5432) == [host]


@pytest.mark.parametrize("host", ["", "/var/run/postgresql", "@abstract"])
def test_a_socket_of_this_machine_is_fenced(host: str) -> None:
    with pytest.raises(Fenced, match="socket"):
        datasource_addresses(host, 5432)


@pytest.mark.parametrize(
    ("allowed", "host", "opens"),
    [
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "::ffff:10.1.2.3", True),
        ("10.0.0.0/8", "192.168.0.1", False),
        ("10.0.0.0/8", "/run/postgresql", False),
        ("fd12::/16, 192.168.0.1", "192.168.0.1", True),
        ("/run/postgresql/", "/run/postgresql", True),
        ("/run/postgresql", "/run/postgresql/../other", False),
        ("Localhost.", "localhost", True),
        ("localhost", "127.0.0.1", False),
        ("all", "10.1.2.3", True),
        ("all", "/run/postgresql", True),
        ("all", "169.254.169.254", False),
        ("all", "fe80::1", False),
        ("all, 169.254.169.254", "169.254.169.254", True),
    ],
)
def test_the_installation_says_what_else_is_open(allowed: str, host: str, opens: bool) -> None:
    fence.configure(allowed)
    try:
        datasource_addresses(host, 5432)
    except Fenced:
        assert not opens
    else:
        assert opens


def test_one_private_address_among_several_closes_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(Fenced):
        datasource_addresses("both.example", 5432)


def test_a_name_that_means_nothing_is_said_to_be_unknown() -> None:
    for host in ("no-such-host.invalid", "a" * 300, "x..y"):
        with pytest.raises(NotKnown):
            datasource_addresses(host, 5432)


@pytest.mark.parametrize("text", ["10.0.0.0/33", "10.0.0.1/8", "a b"])
def test_what_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        read_allowed(text)


def test_webhooks_to_private_hosts_never_reach_the_metadata_of_a_cloud() -> None:
    assert address_of("127.0.0.1", 80, private=True) == "127.0.0.1"
    with pytest.raises(Fenced):
        address_of("169.254.169.254", 80, private=True)
