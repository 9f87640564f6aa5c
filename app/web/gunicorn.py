"""Gunicorn's settings: few processes, many greenlets, so that a waiting request costs next to nothing."""

# Before anything else is imported: psycopg chooses at import how it waits.
# Unpatched, one waiting LISTEN would stop every request of its process.
from gevent import monkey

monkey.patch_all()

import importlib  # noqa: E402
import os  # noqa: E402
from typing import Any  # noqa: E402

importlib.import_module("app.core.lean").keep_out_the_heavy()

bind = f"{os.environ.get('PLUMB_BIND', '0.0.0.0')}:{os.environ.get('PORT', '5000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gevent"
worker_connections = 1000
preload_app = True
graceful_timeout = 25
timeout = 60
keepalive = 30
limit_request_line = 8190  # filters travel in the address
accesslog = None
control_socket_disable = True


def when_ready(_: Any) -> None:
    importlib.import_module("app.core.lean").settle_before_fork()


def worker_exit(_: Any, __: Any) -> None:
    importlib.import_module("app.telemetry.write").shutdown()
    importlib.import_module("app.core.tracing").flush()
