"""The form of a Postgres connection, and libpq's parameters made from it."""

import ssl
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.datasources.connectors.base import ConnectionField

FIELDS = (
    ConnectionField("url", "URL", "secret", help="postgresql://user:password@host/db, instead of the rest."),
    ConnectionField("host", "Host"),
    ConnectionField("port", "Port", "number", default="5432"),
    ConnectionField("database", "Database"),
    ConnectionField("user", "User", help="A role that may read and nothing else."),
    ConnectionField("password", "Password", "secret"),
    ConnectionField(
        "sslmode",
        "Encryption",
        "choice",
        default="prefer",
        choices=("disable", "prefer", "require", "verify-full"),
        help="verify-full also checks that the server is the one it says it is.",
    ),
)

# Parameters that name files, services or programs of this machine are not for a stranger's URL to set.
_FROM_URL = {
    "host", "port", "dbname", "user", "password", "sslmode", "channel_binding", "sslnegotiation",
    "target_session_attrs", "connect_timeout", "application_name", "options",
}  # fmt: skip
_SSLMODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_OURS = {
    "connect_timeout": "5",
    "application_name": "plumbline",
    "client_encoding": "utf8",
    "keepalives": "1",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "passfile": "/dev/null/none",  # not the password file of whoever runs the worker
}


class BadFields(ValueError):
    """`field` is at fault; `problem` is `missing_field` or `invalid`."""

    def __init__(self, field: str, problem: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.problem = problem


def conninfo(connection: Mapping[str, str]) -> str:
    """libpq's connection string. Raises BadFields."""
    url = connection.get("url", "").strip()
    given = _from_url(url) if url else _from_fields(connection)
    for field, name in (("host", "host"), ("database", "dbname"), ("user", "user")):
        if not given.get(name):
            raise BadFields("url" if url else field, "missing_field", f"The {field} is missing.")
    port = given.setdefault("port", "5432")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise BadFields("url" if url else "port", "invalid", "The port must be a number between 1 and 65535.")
    if given.setdefault("sslmode", "prefer") not in _SSLMODES:
        raise BadFields("sslmode", "invalid", "The encryption must be one of " + ", ".join(_SSLMODES) + ".")
    if given["sslmode"].startswith("verify"):
        given["sslrootcert"] = _trusted_certificates()
    return make_conninfo("", **given, **_OURS)


def allows_superuser(connection: Mapping[str, str]) -> bool:
    """Not a field of the form: only an admin may set it."""
    return connection.get("allow_superuser") == "true"


def _from_url(url: str) -> dict[str, str]:
    if not url.startswith(("postgresql://", "postgres://")):
        raise BadFields("url", "invalid", "The URL must begin with postgresql://")
    try:
        given = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError:
        message = "The URL cannot be read. Write postgresql://user:password@host/db"
        raise BadFields("url", "invalid", message) from None
    if refused := sorted(given.keys() - _FROM_URL):
        raise BadFields("url", "invalid", f"The URL sets {', '.join(refused)}, which cannot be set here.")
    return {name: value for name, value in given.items() if name not in _OURS}


def _from_fields(connection: Mapping[str, str]) -> dict[str, str]:
    fields = {name: connection.get(name, "").strip() for name in ("host", "user", "sslmode")}
    given = fields | {
        "port": connection.get("port", "").strip(),
        "dbname": connection.get("database", "").strip(),
    }
    given["password"] = connection.get("password", "")
    if "\0" in "".join(given.values()):
        raise BadFields("host", "invalid", "A field contains a NUL character.")
    return {name: value for name, value in given.items() if value}


def _trusted_certificates() -> str:
    """The bundled libpq looks where its builder's machine kept them, so it is told where this one does."""
    file = ssl.get_default_verify_paths().cafile
    return file if file and Path(file).exists() else "system"
