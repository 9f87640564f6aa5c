"""A datasource's connection: sealed at rest, opened for its connector, shown without its secrets."""

import json
from collections.abc import Mapping

from app.core import vault
from app.core.errors import Invalid
from app.datasources.connectors import registry
from app.datasources.connectors.base import Connector
from app.datasources.models import Datasource


def connector_class(kind: str) -> type[Connector]:
    """The connector that speaks to this kind. Raises Invalid at the field `kind`."""
    try:
        return registry.connector_class(kind)
    except registry.UnknownKind as unknown:
        raise Invalid(fields={"kind": str(unknown)}) from None


def connector_of(datasource: Datasource) -> Connector:
    """The connector for a stored datasource. Raises LookupError, vault.SealBroken."""
    return registry.connector_for(datasource.kind, open_connection(datasource))


def open_connection(datasource: Datasource) -> dict[str, str]:
    """The connection's fields with their secrets. Raises vault.SealBroken when no configured key fits."""
    opened: dict[str, str] = json.loads(vault.unseal(datasource.sealed_connection))
    return opened


def seal_connection(connection: Mapping[str, str]) -> bytes:
    return vault.seal(json.dumps(dict(connection)))


def public_fields(datasource: Datasource) -> dict[str, str]:
    """What may be shown of the connection; empty when it cannot be opened or its connector is gone."""
    try:
        opened = open_connection(datasource)
    except vault.SealBroken:
        return {}
    connector = registry.kinds().get(datasource.kind)
    fields = connector.fields if connector else ()
    plain = [field.name for field in fields if field.kind != "secret"]
    return {name: opened[name] for name in plain if name in opened}
