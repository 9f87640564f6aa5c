"""Configuration from the environment: read once, typed, and listed by `plumb settings`."""

import os
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any

from app.core import fence

MOST_HELD = 100_000_000  # bytes of a result that a worker holds before it knows where they go


class SettingsError(Exception):
    """A setting is missing or makes no sense; the message names it and says what to do."""


def setting(name: str, help: str, *, default: Any = MISSING, secret: bool = False) -> Any:
    """A dataclass field read from the environment variable `name`; without a default it must be set."""
    metadata = {"name": name, "help": help, "secret": secret}
    return field(metadata=metadata) if default is MISSING else field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be configured. Times are in seconds, sizes in bytes."""

    database_url: str = setting("DATABASE_URL", "Postgres for Plumbline's own tables", secret=True)
    redis_url: str = setting("REDIS_URL", "Redis for the queue and leases", secret=True)
    secret_key: str = setting("SECRET_KEY", "signs session cookies; at least 32 characters", secret=True)
    secrets_keys: str = setting(
        "PLUMB_SECRETS_KEYS", "Fernet keys that seal datasource credentials, newest first", secret=True
    )
    port: int = setting("PORT", "port of the web server", default=5000)
    web_concurrency: int = setting("WEB_CONCURRENCY", "web processes", default=2)
    log_level: str = setting("LOG_LEVEL", "debug, info, warning or error", default="info")
    worker_concurrency: int = setting("PLUMB_WORKER_CONCURRENCY", "runs at once in one worker", default=2)
    datasource_slots: int = setting(
        "PLUMB_DATASOURCE_SLOTS", "runs at once in one datasource unless it says otherwise", default=10
    )
    shutdown_grace_s: int = setting(
        "PLUMB_SHUTDOWN_GRACE_S", "how long a worker that stops lets a run finish", default=20
    )
    run_timeout_s: int = setting("PLUMB_RUN_TIMEOUT_S", "time limit of a run unless it asks", default=300)
    run_timeout_max_s: int = setting("PLUMB_RUN_TIMEOUT_MAX_S", "longest limit a run may ask", default=3600)
    run_max_rows: int = setting("PLUMB_RUN_MAX_ROWS", "row limit of a run unless it asks", default=1_000_000)
    run_max_rows_max: int = setting(
        "PLUMB_RUN_MAX_ROWS_MAX", "highest row limit a run may ask", default=10_000_000
    )
    run_max_bytes: int = setting("PLUMB_RUN_MAX_BYTES", "size limit of a result, raw", default=1_000_000_000)
    run_max_bytes_max: int = setting(
        "PLUMB_RUN_MAX_BYTES_MAX", "highest size limit a run may ask", default=8_000_000_000
    )
    results_url: str = setting(
        "PLUMB_RESULTS_URL", "s3://bucket/prefix for large results; Postgres keeps all unless set", default=""
    )
    results_threshold: int = setting(
        "PLUMB_RESULTS_THRESHOLD", "raw size from which a result goes to the bucket", default=32_000_000
    )
    results_days: int = setting("PLUMB_RESULTS_DAYS", "days that a result is kept", default=30)
    results_newest_days: int = setting(
        "PLUMB_RESULTS_NEWEST_DAYS", "days that a query's newest result is kept at least", default=180
    )
    facts_url: str = setting(
        "PLUMB_FACTS_URL",
        "folder or s3://bucket/prefix for the facts of reports; Postgres keeps them unless set",
        default="",
    )
    schedule_minutes: int = setting(
        "PLUMB_SCHEDULE_MINUTES", "fewest minutes between two due times of a schedule", default=1
    )
    metrics_token: str = setting(
        "PLUMB_METRICS_TOKEN", "bearer token of /metrics, which is closed unless set", default="", secret=True
    )
    telemetry_days: int = setting("PLUMB_TELEMETRY_DAYS", "days that measured values are kept", default=30)
    events_days: int = setting("PLUMB_EVENTS_DAYS", "days that telemetry events are kept", default=90)
    session_days: int = setting("PLUMB_SESSION_DAYS", "days until an unused sign-in ends", default=14)
    insecure_cookies: bool = setting(
        "PLUMB_INSECURE_COOKIES", "1 allows sign-in over plain http (local use only)", default=False
    )
    duckdb_folder: str = setting(
        "PLUMB_DUCKDB_FOLDER", "folder of the DuckDB files that datasources may name", default=""
    )
    shelf_folder: str = setting(
        "PLUMB_SHELF_FOLDER",
        "folder for results that are being sorted or filtered; else the system's own",
        default="",
    )
    shelf_bytes: int = setting("PLUMB_SHELF_BYTES", "size limit of that folder", default=2_000_000_000)
    public_url: str = setting(
        "PLUMB_URL", "address at which people reach this installation, for links in mail", default=""
    )
    private_datasources: str = setting(
        "PLUMB_PRIVATE_DATASOURCES",
        "hosts inside the network that datasources may name: networks, names, folders of sockets, or all",
        default="",
    )
    private_webhooks: bool = setting(
        "PLUMB_PRIVATE_WEBHOOKS", "1 allows webhooks to hosts inside the network", default=False
    )
    smtp_host: str = setting("SMTP_HOST", "mail server; without one no mail is sent", default="")
    smtp_port: int = setting("SMTP_PORT", "its port", default=587)
    smtp_security: str = setting("SMTP_SECURITY", "starttls, tls or none", default="starttls")
    smtp_user: str = setting("SMTP_USER", "who signs in to the mail server, if anybody", default="")
    smtp_password: str = setting("SMTP_PASSWORD", "the password for that", default="", secret=True)
    smtp_from: str = setting("SMTP_FROM", "sender of mail; unless set SMTP_USER", default="")
    trusted_proxies: int = setting(
        "PLUMB_TRUSTED_PROXIES", "how many proxies in front set X-Forwarded-*", default=0
    )


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read every setting. Raises SettingsError naming each that is missing or malformed."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for item in fields(Settings):
        name = item.metadata["name"]
        raw = environ.get(name, "").strip()
        if raw:
            try:
                values[item.name] = _convert(item, raw)
            except ValueError:
                problems.append(f"{name} must be {_kind(item)}, not {raw!r}")
        elif item.default is MISSING:
            problems.append(f"{name} is not set ({item.metadata['help']})")
    if problems:
        raise SettingsError("; ".join(problems))
    settings = Settings(**values)
    _check(settings)
    return settings


def describe(environ: Mapping[str, str] = os.environ) -> list[tuple[str, str, str, str]]:
    """(name, value, default, help) of each setting, secrets masked, for people."""
    rows = []
    for item in fields(Settings):
        name = item.metadata["name"]
        value = environ.get(name, "")
        if value and item.metadata["secret"]:
            value = "(set)"
        default = "required" if item.default is MISSING else str(item.default)
        rows.append((name, value, default, item.metadata["help"]))
    return rows


def _convert(item: "Field[Any]", raw: str) -> Any:
    if item.type in (bool, "bool"):
        if raw.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise ValueError(raw)
        return raw.lower() in {"1", "true", "yes"}
    if item.type in (int, "int"):
        return int(raw)
    if item.name == "database_url":
        return sqlalchemy_url(raw)
    return raw


def _kind(item: "Field[Any]") -> str:
    return {"bool": "0 or 1", "int": "a whole number"}.get(getattr(item.type, "__name__", ""), "text")


def _check(settings: Settings) -> None:
    if len(settings.secret_key) < 32:
        raise SettingsError("SECRET_KEY must have at least 32 characters")
    if 0 < len(settings.metrics_token) < 16:
        raise SettingsError("PLUMB_METRICS_TOKEN must have at least 16 characters")
    if settings.results_url and not re.fullmatch(r"s3://[^/]+(/[^/]+)*/?", settings.results_url):
        raise SettingsError("PLUMB_RESULTS_URL must be s3://BUCKET or s3://BUCKET/PREFIX")
    if settings.results_threshold > MOST_HELD:
        raise SettingsError(f"PLUMB_RESULTS_THRESHOLD must be at most {MOST_HELD}: so much is held in memory")
    if settings.smtp_security not in ("starttls", "tls", "none"):
        raise SettingsError("SMTP_SECURITY must be starttls, tls or none")
    if settings.smtp_host and "@" not in (settings.smtp_from or settings.smtp_user):
        raise SettingsError("SMTP_FROM must be an e-mail address when SMTP_HOST is set")
    if settings.public_url and not re.fullmatch(r"https?://[^\s/]+[^\s]*", settings.public_url):
        raise SettingsError("PLUMB_URL must start with http:// or https://")
    try:
        fence.read_allowed(settings.private_datasources)
    except ValueError as error:
        raise SettingsError(f"PLUMB_PRIVATE_DATASOURCES: {error}") from None
    for item in fields(settings):
        value = getattr(settings, item.name)
        lowest = 0 if item.name == "trusted_proxies" else 1
        if type(value) is int and value < lowest:
            raise SettingsError(f"{item.metadata['name']} must be at least {lowest}")


def sqlalchemy_url(url: str) -> str:
    """Name the psycopg driver in a Postgres URL; Heroku's `postgres://` is accepted."""
    scheme, separator, rest = url.partition("://")
    if scheme not in {"postgres", "postgresql", "postgresql+psycopg"} or not separator:
        raise SettingsError("DATABASE_URL must start with postgres:// or postgresql://")
    return f"postgresql+psycopg://{rest}"
