"""Gunicorn's settings: few processes, many greenlets, so that a waiting request costs next to nothing."""

import os

bind = f"{os.environ.get('PLUMB_BIND', '0.0.0.0')}:{os.environ.get('PORT', '5000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gevent"
worker_connections = 1000
preload_app = True
graceful_timeout = 25
timeout = 60
keepalive = 30
accesslog = None
control_socket_disable = True
