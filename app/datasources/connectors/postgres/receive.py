"""Chooses the receiver as `decode` chooses the decoder."""

import importlib
from typing import Any

from app.datasources.connectors.postgres import receive_pure
from app.datasources.connectors.postgres.decode import DECODER


def _choose() -> Any:
    if DECODER == "pure":
        return receive_pure
    try:
        return importlib.import_module("app.datasources.connectors.postgres._receive")
    except ImportError:
        return receive_pure


Receiver: type[receive_pure.Receiver] = _choose().Receiver
