"""Opens a connection to the source, and says in words why it could not."""

import re
import time
from dataclasses import dataclass, field

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.core.fence import Fenced, NotKnown, datasource_addresses
from app.datasources.connectors.base import ConnectorError, FailureReason
from app.datasources.connectors.postgres import witness

_MODERN_CHECKS = 140000  # client_connection_check_interval came with Postgres 14

# What psycopg and libpq say, by our closed word, its sentence, and the field at fault. First match wins.
_PROBLEMS = (
    ("host_not_found", "host", r"resolve host|translate host name|Name or service not known",
     "The host {host} was not found. Check its spelling."),
    ("wrong_password", "password",
     r"password authentication failed|no password supplied|SASL authentication failed",
     "The server refused the user {user} with this password."),
    ("no_such_database", "database", r"database .* does not exist",
     "There is no database {database} on {host}."),
    ("tls", "sslmode", r"SSL|TLS|certificate|encryption|no pg_hba.conf entry.*no encryption",
     "The connection could not be encrypted as asked."),
    ("other", "user", r"role .* does not exist", "There is no role {user} on {host}."),
    ("refused", "host", r"Connection refused|No such file or directory",
     "{host} refuses connections on port {port}. Is Postgres running there, and listening on that address?"),
    ("unreachable", "host", r"timeout|timed out|No route to host|unreachable",
     "{host} does not answer on port {port}. A firewall may be in between."),
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Link:
    """An open connection and what was learned about it."""

    connection: psycopg.Connection
    notices_absence: bool
    hides_position: str | None = None  # why the server does not tell its position
    tells_relations: bool = True
    opened_at: float = field(default_factory=time.monotonic)
    idle_since: float = 0.0

    @property
    def pgconn(self) -> pq.abc.PGconn:
        return self.connection.pgconn

    def close(self) -> None:
        self.connection.close()


class CannotConnect(ConnectorError):
    """`problem` and `at_fault` are the words and the field of a Check."""

    def __init__(self, problem: str, at_fault: str | None, message: str, words: str) -> None:
        super().__init__(FailureReason.UNREACHABLE, message, hint=words)
        self.problem = problem
        self.at_fault = at_fault


def open_link(conninfo: str) -> Link:
    """Takes about 5 seconds at most for each address of the host. Raises CannotConnect."""
    try:
        connection = psycopg.connect(_to_checked_addresses(conninfo), autocommit=True)
    except psycopg.Error as error:
        raise _in_words(conninfo, str(error)) from None
    pgconn = connection.pgconn
    return Link(
        connection,
        _notices_absence(pgconn),
        hides_position=witness.cannot_tell(pgconn, witness.POSITION),
        tells_relations=witness.cannot_tell(pgconn, witness.RELATIONS) is None,
    )


def _to_checked_addresses(conninfo: str) -> str:
    """With the addresses of its hosts, which libpq then goes to as they are; the names are for TLS alone.

    A name that is looked up twice may mean a public address when it is checked and another one later.
    Raises CannotConnect.
    """
    given = conninfo_to_dict(conninfo)
    pairs = []
    for host in str(given["host"]).split(","):
        try:
            addresses = datasource_addresses(host, int(str(given["port"])))
        except NotKnown as error:
            raise _in_words(conninfo, f"failed to resolve host: {error}") from None
        except Fenced as fenced:
            raise CannotConnect("fenced", "host", str(fenced), "") from None
        pairs += [(host, address) for address in addresses or [""]]
    hosts, found = (",".join(each) for each in zip(*pairs, strict=True))
    return make_conninfo(conninfo, host=hosts, hostaddr=found)


def _notices_absence(pgconn: pq.abc.PGconn) -> bool:
    """Whether the server can look, while it computes, if its client is still there. Not on every platform."""
    if pgconn.server_version < _MODERN_CHECKS:
        return False
    return pgconn.exec_(b"SET client_connection_check_interval = 2000").status == pq.ExecStatus.COMMAND_OK


def _in_words(conninfo: str, said: str) -> CannotConnect:
    given = conninfo_to_dict(conninfo)
    words = re.sub(r"^connection failed: ", "", said).strip()
    named = {
        "host": given.get("host"),
        "port": given.get("port", "5432"),
        "user": given.get("user"),
        "database": given.get("dbname"),
    }
    for problem, at_fault, pattern, sentence in _PROBLEMS:
        if re.search(pattern, words, re.IGNORECASE):
            return CannotConnect(problem, at_fault, sentence.format(**named), words)
    return CannotConnect("other", None, "The connection failed.", words)
