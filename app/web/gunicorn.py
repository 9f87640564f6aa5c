"""Gunicorn's settings: few processes, many greenlets, so that a waiting request costs next to nothing."""

# Before anything else is imported: psycopg chooses at import how it waits.
# Unpatched, one waiting LISTEN would stop every request of its process.
from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402
import importlib  # noqa: E402
import os  # noqa: E402
from typing import Any  # noqa: E402

bind = f"{os.environ.get('PLUMB_BIND', '0.0.0.0')}:{os.environ.get('PORT', '5000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gevent"
worker_connections = 1000
graceful_timeout = 25
timeout = 60
keepalive = 30
accesslog = None
control_socket_disable = True


def on_starting(_: Any) -> None:
    """Import once, before the fork, so that the processes share the memory.

    Each process makes its own application, because that starts a thread, which a fork would lose.
    """
    for name in ("app.main", "app.datasources.connectors.postgres.connector", "psycopg_binary"):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
