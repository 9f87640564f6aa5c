"""Bring the metadata database to this release's schema."""

from alembic import command
from alembic.config import Config

from app.core.schema import FOLDER


def upgrade(url: str, revision: str = "head") -> None:
    """Run the missing migrations, one transaction each; waits for another release that is at it."""
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    command.downgrade(_config(url), revision)


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
