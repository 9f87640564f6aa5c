"""A real Postgres to read from, which is not the one that holds our own data."""

from collections.abc import Iterator
from types import ModuleType

import psycopg
import pytest

from app.core import fence
from app.datasources.connectors.postgres import batches, decode_pure
from app.datasources.connectors.postgres.connector import PostgresConnector
from tests.datasources.connectors.reading import decode_compiled
from tests.datasources.connectors.server import Server, running_server


@pytest.fixture(autouse=True)
def fence_open() -> None:
    """The tests' servers listen on this machine."""
    fence.configure("all")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def admin_url(server: Server) -> str:
    """A superuser in the source's own database."""
    return server.admin_url.replace("/postgres", "/source")


@pytest.fixture(scope="session")
def source_url(server: Server) -> str:
    return server.source_url


@pytest.fixture
def connector(source_url: str) -> Iterator[PostgresConnector]:
    connector = PostgresConnector({"url": source_url})
    yield connector
    connector.close()


@pytest.fixture
def admin(admin_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(params=["compiled", "pure"])
def decoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Both decoders in turn, in use."""
    chosen = decode_compiled if request.param == "compiled" else decode_pure
    if chosen is None:
        pytest.skip("the compiled decoder is not built")
    monkeypatch.setattr(batches, "decode", chosen.decode)
    monkeypatch.setattr(batches, "cut", chosen.cut)
    return chosen
