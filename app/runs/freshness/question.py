"""What makes two runs equal, as 32 bytes."""

import hashlib

from app.datasources.connectors.base import Limits
from app.datasources.models import Datasource
from app.evidence.report import Asked, BoundAs, projection_id
from app.queries.bind import Bound


def question(datasource: Datasource, bound: Bound, limits: Limits) -> bytes:
    """The same for two requests exactly when one's result could stand for the other's.

    It covers the exact SQL, the bound values and the limits, and the datasource with its connection as it is
    sealed: a connection that was changed is another source.
    """
    asked = Asked(
        datasource_id=datasource.id,
        sql=bound.template.sql,
        values=tuple(BoundAs(value.name, str(value.kind), value.text) for value in bound.values),
        timeout_s=int(limits.timeout_s),
        max_rows=limits.max_rows,
        max_bytes=limits.max_bytes,
    )
    digest = hashlib.sha256(projection_id(asked).encode())
    digest.update(hashlib.sha256(datasource.sealed_connection).digest())
    return digest.digest()
