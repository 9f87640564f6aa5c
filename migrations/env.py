"""Alembic's entry: takes the URL and the advisory lock from `app.cli`, and never imports the models."""

import time

from alembic import context
from sqlalchemy import create_engine, pool, text

LOCK = 0x706C756D62  # "plumb": two releases at once migrate one after the other


def run() -> None:
    url = context.config.get_main_option("sqlalchemy.url")
    assert url, "sqlalchemy.url is set by `plumb db upgrade`"
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        # Asking again instead of waiting: a statement that waits holds a snapshot, for which the other
        # release's CREATE INDEX CONCURRENTLY would wait in turn.
        while not connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": LOCK}):
            connection.commit()
            time.sleep(0.2)
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()


run()
