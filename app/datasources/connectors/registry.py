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
    return dict(sorted(_loaded()[0].items(), key=lambda item: item[1].label))


def connector_class(kind: str) -> type[Connector]:
    """Raises UnknownKind, which says how to install what is missing."""
    found, missing = _loaded()
    if kind in found:
        return found[kind]
    known = f"Installed: {', '.join(kinds())}."
    raise UnknownKind(missing.get(kind) or f"No connector for {kind!r} is installed. {known}")


def connector_for(kind: str, connection: Mapping[str, str]) -> Connector:
    """Raises UnknownKind."""
    return connector_class(kind)(connection)


@cache
def _loaded() -> tuple[dict[str, type[Connector]], dict[str, str]]:
    """The connectors, and for those that cannot be loaded what to do about it."""
    found: dict[str, type[Connector]] = {}
    missing: dict[str, str] = {}
    for point in entry_points(group=GROUP):
        try:
            found[point.name] = point.load()
        except ImportError as error:
            missing[point.name] = _how_to_install(point, error)
        except Exception:
            log.exception("a connector cannot be loaded", extra={"kind": point.name})
            missing[point.name] = f"The connector for {point.name!r} cannot be loaded; the log says why."
    return found, missing


def _how_to_install(point: EntryPoint, error: ImportError) -> str:
    package = point.dist.name if point.dist else "plumbline"
    return (
        f"The connector for {point.name!r} needs {error.name or 'a package'}, which is not installed: "
        f"pip install '{package}[{point.name}]'"
    )
