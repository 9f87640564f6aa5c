"""Real servers for every test: one Postgres and one Redis for each test process, emptied after each test."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.allow import Actor
from app.accounts.models import Role
from app.core import db, migrate, redis
from app.core.listen import stop_listening
from app.core.settings import Settings, load_settings
from app.local.postgres import PrivatePostgres
from app.local.redis import PrivateRedis
from app.main import create_app
from app.telemetry import save, write
from tests.browsing import Browser
from tests.emptying import Emptier
from tests.makers import make_user
from tests.spread import (  # noqa: F401
    pytest_collection_modifyitems,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
)


@pytest.fixture(scope="session", autouse=True)
def no_background() -> None:
    """What tests record is stored by `flush` alone, wherever they begin."""
    write._writer._start = lambda: None  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def servers() -> Iterator[tuple[PrivatePostgres, PrivateRedis]]:
    """The process's own servers; no test may stop them."""
    with tempfile.TemporaryDirectory(prefix="plumb-tests-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        with (
            PrivatePostgres(place / "postgres", durable=False) as postgres,
            PrivateRedis(place / "redis") as store,
        ):
            yield postgres, store


@pytest.fixture(scope="session")
def environment(servers: tuple[PrivatePostgres, PrivateRedis]) -> dict[str, str]:
    """The settings of an installation over these servers, as environment variables."""
    postgres, store = servers
    return {
        "DATABASE_URL": postgres.url,
        "REDIS_URL": store.url,
        "SECRET_KEY": "tests-" * 8,
        "PLUMB_SECRETS_KEYS": Fernet.generate_key().decode(),
        "PLUMB_INSECURE_COOKIES": "1",
        "PLUMB_PRIVATE_DATASOURCES": "all",
        "LOG_LEVEL": "warning",
    }


@pytest.fixture(scope="session")
def settings(environment: dict[str, str]) -> Settings:
    return load_settings(environment)


@pytest.fixture(scope="session")
def installed(settings: Settings) -> Iterator[Flask]:
    """The application over a migrated, empty database."""
    migrate.upgrade(settings.database_url)
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # slow by design
    application = create_app(settings)
    application.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False, RATELIMIT_ENABLED=True)
    yield application
    stop_listening()


@pytest.fixture(scope="session")
def emptier(servers: tuple[PrivatePostgres, PrivateRedis]) -> Iterator[Emptier]:
    """Who deletes what tests wrote."""
    own = Emptier(servers[0])
    yield own
    own.close()


@pytest.fixture
def app(installed: Flask, emptier: Emptier) -> Iterator[Flask]:
    """The application; whatever the test leaves behind is deleted afterwards."""
    yield installed
    emptier.empty()
    redis.client().flushall()
    write._writer._begin_anew()
    save.forget()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of the test's own; commit what the application shall see."""
    with db.new_session() as own:
        yield own


@pytest.fixture
def alice(app: Flask) -> Actor:
    """An editor of Acme."""
    return make_user("alice", "Acme", Role.EDITOR)


@pytest.fixture
def bob(app: Flask) -> Actor:
    """A viewer of Acme."""
    return make_user("bob", "Acme", Role.VIEWER)


@pytest.fixture
def dana(app: Flask) -> Actor:
    """An admin of Acme."""
    return make_user("dana", "Acme", Role.ADMIN)


@pytest.fixture
def charlie(app: Flask) -> Actor:
    """The stranger: an admin of another org."""
    return make_user("charlie", "Other", Role.ADMIN)


@pytest.fixture
def browse(app: Flask) -> Callable[[Actor | None], Browser]:
    """`browse(alice)` is a signed-in browser with CSRF tokens; `browse(None)` an anonymous one."""
    return lambda actor: Browser(app, actor)


@pytest.fixture(scope="session")
def source_url(servers: tuple[PrivatePostgres, PrivateRedis]) -> str:
    """A database to query, as a role that owns it and is no superuser."""
    import psycopg

    postgres, _ = servers
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        admin.execute("create role source_owner login password 'source-secret'")
        admin.execute("create database source owner source_owner")
    return postgres.url_for("source_owner", "source-secret", "source")


@pytest.fixture(scope="session")
def connection_fields(source_url: str) -> dict[str, str]:
    """`source_url` as the fields of a datasource's form."""
    url = make_url(source_url)
    return {
        "host": str(url.query["host"]),
        "port": "5432",
        "database": url.database or "",
        "user": url.username or "",
        "password": str(url.password),
    }
