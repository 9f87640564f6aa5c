"""What somebody entered about a connection, made into the fields that are stored."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from app.core.errors import Invalid
from app.datasources.connection import connector_class
from app.datasources.connectors.base import ConnectionField

LONGEST = 2000
SAME_SERVER = frozenset({"database"})
INSISTED = "allow_superuser"

Fields = Mapping[str, ConnectionField]


def describe(
    kind: str,
    entered: Mapping[str, str],
    stored: Mapping[str, str] | None = None,
    *,
    allow_superuser: bool = False,
) -> dict[str, str]:
    """The connection as it will be stored: a URL is split into its fields, defaults are filled in.

    With `stored`, an empty secret keeps the stored one; but once the connection points somewhere else the
    secret must be entered again, so that nobody can have a stored password sent to a server of their own.
    That an admin insisted on a superuser is kept beside the fields, for as long as nothing moved either.
    Raises Invalid with one sentence for each field at fault.
    """
    fields = {field.name: field for field in connector_class(kind).fields}
    given = {name: value for name, value in entered.items() if value != ""}
    problems = {name: "This is not a known field." for name in given if name not in fields}
    if not problems:
        connection = _complete(kind, given, stored or {}, fields)
        moved = _moved(connection, stored or {}, fields)
        problems |= _keep_secrets(connection, stored or {}, fields, moved)
        if allow_superuser or (stored and stored.get(INSISTED) and not moved):
            connection[INSISTED] = "true"
        for name, field in fields.items():
            problem = _problem(field, connection.get(name, ""))
            if problem:
                problems.setdefault(name, problem)
    if problems:
        raise Invalid(" ".join(f"{name}: {text}" for name, text in problems.items()), fields=problems)
    return connection


def _complete(kind: str, given: dict[str, str], stored: Mapping[str, str], fields: Fields) -> dict[str, str]:
    """A URL that says more than the fields can is kept whole, as the secret it is."""
    url = given.get("url", "") or ("" if given.get("host") else stored.get("url", ""))
    defaults = {name: field.default for name, field in fields.items() if field.default}
    if not url:
        return defaults | given
    parts = _split(kind, url, fields)
    if parts is None:
        return {"url": url}
    return defaults | {name: value for name, value in given.items() if name not in ("url", "port")} | parts


def _split(kind: str, url: str, fields: Fields) -> dict[str, str] | None:
    """The URL's parts by field name; None when it is not this kind's, or has parts that are no fields."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    found = {
        "host": unquote(parts.hostname or ""),
        "port": str(port or ""),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "database": unquote(parts.path.removeprefix("/")),
    }
    found |= parse_qsl(parts.query, keep_blank_values=True)
    found = {name: value for name, value in found.items() if value}
    fits = all(name in fields and not _problem(fields[name], value) for name, value in found.items())
    return (
        found if fits and "host" in found and parts.scheme.startswith(kind) and not parts.fragment else None
    )


def _moved(connection: Mapping[str, str], stored: Mapping[str, str], fields: Fields) -> list[str]:
    """Labels of the fields because of which another server, or another person there, would be reached."""
    plain = {name for name, field in fields.items() if field.kind != "secret"} - SAME_SERVER | {"url"}
    names = [name for name in fields if name in plain]
    return [fields[name].label for name in names if connection.get(name, "") != stored.get(name, "")]


def _keep_secrets(
    connection: dict[str, str], stored: Mapping[str, str], fields: Fields, moved: list[str]
) -> dict[str, str]:
    """Fill in the stored secrets that were left empty, or say why they must be entered again."""
    if "url" in connection:
        return {}
    secrets = {name for name, field in fields.items() if field.kind == "secret"} - {"url"}
    kept = {name for name in secrets if stored.get(name) and not connection.get(name)}
    if moved:
        why = f"Enter it again, because this changed: {', '.join(moved)}."
        return dict.fromkeys(kept, why)
    connection |= {name: stored[name] for name in kept}
    return {}


def _problem(field: ConnectionField, value: str) -> str | None:
    if not value:
        return "This is required." if field.required else None
    if len(value) > LONGEST:
        return f"Use {LONGEST} characters or fewer."
    if "\0" in value or not (value.isprintable() or field.kind == "secret"):
        return "This holds a character that cannot be printed."
    if field.kind == "choice" and value not in field.choices:
        return f"Choose one of: {', '.join(field.choices)}."
    if field.kind == "number" and not (value.isascii() and value.isdigit()):
        return "Write a whole number."
    if field.name == "port" and not 1 <= int(value[:9]) <= 65535:
        return "A port is a number from 1 to 65535."
    return None
