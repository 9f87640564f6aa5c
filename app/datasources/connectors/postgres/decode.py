"""Chooses the decoder: the compiled one where it was built and speaks to the libpq that psycopg loaded."""

import importlib
import os
from types import ModuleType

import psycopg
from psycopg import pq

from app.datasources.connectors.postgres import decode_pure


def _choose() -> tuple[str, ModuleType]:
    if not psycopg.capabilities.has_stream_chunked():
        raise ImportError("The Postgres connector needs libpq 17 or later: install psycopg[binary].")
    if os.environ.get("PLUMB_DECODER") == "pure" or pq.__impl__ == "python":
        return "pure", decode_pure
    try:
        compiled = importlib.import_module("app.datasources.connectors.postgres._decode")
    except ImportError:
        return "pure", decode_pure
    return "compiled", compiled


DECODER, _chosen = _choose()
"""`compiled` or `pure`, worth a line in the log at the start. PLUMB_DECODER=pure forces the pure one."""

decode = _chosen.decode
cut = _chosen.cut
