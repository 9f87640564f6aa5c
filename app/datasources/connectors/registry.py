"""Finds connectors: every entry point of the group `plumbline.connectors` is one kind of datasource."""

import logging
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from app.datasources.connectors.base import Connector

GROUP = "plumbline.connectors"

log = logging.getLogger(__name__)


class UnknownKind(LookupError):
    """No installed connector speaks to this kind of datasource."""


def kinds() -> dict[str, type[Connector]]:
    """All connectors that can be used, by kind, ordered by label."""
    found = {}
    for kind in _points():
        try:
            found[kind] = connector_class(kind)
        except UnknownKind as missing:
            log.debug("a connector is left out", extra={"kind": kind, "why": str(missing)})
    return dict(sorted(found.items(), key=lambda item: item[1].label))


@cache
def connector_class(kind: str) -> type[Connector]:
    """This kind's connector; no other is loaded. Raises UnknownKind, which says what to install."""
    point = _points().get(kind)
    if point is None:
        known = f"Installed: {', '.join(kinds())}."
        raise UnknownKind(f"No connector for {kind!r} is installed. {known}")
    try:
        found: type[Connector] = point.load()
    except ImportError as error:
        raise UnknownKind(_how_to_install(point, error)) from error
    except Exception as error:
        log.exception("a connector cannot be loaded", extra={"kind": kind})
        raise UnknownKind(f"The connector for {kind!r} cannot be loaded; the log says why.") from error
    return found


def connector_for(kind: str, connection: Mapping[str, str]) -> Connector:
    """Raises UnknownKind."""
    return connector_class(kind)(connection)


@cache
def _points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _how_to_install(point: EntryPoint, error: ImportError) -> str:
    package = point.dist.name if point.dist else "plumbline"
    return (
        f"The connector for {point.name!r} needs {error.name or 'a package'}, which is not installed: "
        f"pip install '{package}[{point.name}]'"
    )
