"""Wire a process to its services: the same few lines for the web, the worker, the scheduler and the CLI."""

from app.core import db, fence, logging, redis, vault
from app.core.settings import Settings

_settings: Settings | None = None


def configure(settings: Settings, *, pool_size: int = 10, durable: bool = True) -> None:
    """Connections are opened when first used, so this is cheap and safe before a fork."""
    global _settings
    logging.configure(settings.log_level)
    vault.configure(settings.secrets_keys)
    fence.configure(settings.private_datasources)
    db.connect(settings.database_url, pool_size=pool_size, durable=durable)
    redis.connect(settings.redis_url)
    _settings = settings


def settings() -> Settings:
    """The settings in use. Raises RuntimeError before `configure`."""
    if _settings is None:
        raise RuntimeError("core.runtime.configure was not called")
    return _settings
