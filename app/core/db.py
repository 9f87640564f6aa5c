"""The metadata database: base class of the models, transactions, and what happens after a commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from psycopg import pq
from sqlalchemy import BigInteger, Connection, DateTime, Engine, Identity, MetaData, create_engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from app.core import clock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True), int: BigInteger}  # noqa: RUF012


class Numbered:
    """A table whose rows have a number of their own."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)


GOING = ("08", "57P")  # how an SQLSTATE begins: of connections, and of an operator's intervention
# A host that vanished says no goodbye: within some 15 s each side gives the other up, and its locks are free.
VANISHED: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
OPTIONS = (
    "-c timezone=UTC -c idle_in_transaction_session_timeout=300000"
    " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3"
)

_sessions: sessionmaker[Session] | None = None
_readers: sessionmaker[Session] | None = None


def connect(url: str, *, pool_size: int = 10, durable: bool = True) -> Engine:
    """Use this database from now on in this process. Connections are opened when first needed.

    `durable=False` lets a commit return before it is on disk: a crash of Postgres may then forget the last
    half second, so it is for what may be done again, unless the transaction sets `synchronous_commit` itself.
    """
    global _sessions, _readers
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_use_lifo=True,  # the same few, warm in Postgres too
        pool_pre_ping=False,
        pool_recycle=1800,
        hide_parameters=True,  # an error's text goes to the log
        connect_args={
            "application_name": "plumbline",
            "options": OPTIONS if durable else f"{OPTIONS} -c synchronous_commit=off",
            **VANISHED,
        },
    )
    event.listen(engine, "connect", _ask_the_time)
    event.listen(engine, "checkout", _refuse_the_dead)
    _sessions = sessionmaker(engine, expire_on_commit=False)
    _readers = sessionmaker(engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False)
    return engine


def _ask_the_time(connection: psycopg.Connection, *_: object) -> None:
    connection.autocommit = True
    asked = clock.steady()
    found = connection.execute("select clock_timestamp()").fetchone()
    assert found is not None
    clock.set_right(found[0], asked, clock.steady())
    connection.autocommit = False


def _refuse_the_dead(connection: psycopg.Connection, *_: object) -> None:
    """After a restart of Postgres the pool opens new connections, and nobody's request meets an old one.

    No question is sent, since a round trip is felt in a tiny run: an idle server has nothing to say but
    goodbye. The first look may read its last words, the second then finds the end.
    """
    try:
        for _last_words_then_end in range(2):
            connection.pgconn.consume_input()
    except psycopg.Error as error:
        raise InvalidatePoolError from error
    if connection.pgconn.status != pq.ConnStatus.OK:
        raise InvalidatePoolError


def is_away(error: BaseException) -> bool:
    """Whether Postgres did not answer, or ended the connection, as it does when it stops or restarts."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.OperationalError):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(GOING)


def engine() -> Engine:
    """The engine in use. Raises RuntimeError before `connect`."""
    if _sessions is None:
        raise RuntimeError("core.db.connect was not called")
    bound: Engine = _sessions.kw["bind"]
    return bound


def new_session() -> Session:
    """A session with a transaction of its own, committed by its user."""
    engine()
    assert _sessions is not None
    return _sessions()


def reading_session() -> Session:
    """A session in which each statement stands alone: two round trips fewer than a transaction."""
    engine()
    assert _readers is not None
    return _readers()


@contextmanager
def autocommit() -> Iterator[Connection]:
    """A connection on which each statement is a transaction of its own."""
    with engine().connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def transaction() -> Iterator[Session]:
    """A session whose work is committed when the block ends well and rolled back when it does not."""
    with new_session() as session:
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


def after_commit(session: Session, call: Callable[[], Any]) -> None:
    """Do this once the session's transaction is committed; forget it if that rolls back."""
    session.info.setdefault("after_commit", []).append(call)


@event.listens_for(Session, "after_commit")
def _run_after_commit(session: Session) -> None:
    for call in session.info.pop("after_commit", []):
        call()


@event.listens_for(Session, "after_rollback")
def _drop_after_commit(session: Session) -> None:
    session.info.pop("after_commit", None)
