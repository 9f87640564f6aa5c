"""Finds connectors: every entry point of the group `plumbline.connectors` is one kind of datasource."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from app.datasources.connectors.base import Connector

GROUP = "plumbline.connectors"


class UnknownKind(LookupError):
    """No installed connector speaks to this kind of datasource."""


def kinds() -> dict[str, type[Connector]]:
    """All installed connectors by kind, ordered by label."""
    return dict(sorted(_installed().items(), key=lambda item: item[1].label))


def connector_for(kind: str, connection: Mapping[str, str]) -> Connector:
    """Raises UnknownKind."""
    if kind not in _installed():
        raise UnknownKind(f"No connector for {kind!r} is installed.")
    return _installed()[kind](connection)


@cache
def _installed() -> dict[str, type[Connector]]:
    return {point.name: point.load() for point in entry_points(group=GROUP)}
