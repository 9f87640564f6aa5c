"""What makes two runs equal, as 32 bytes."""

import hashlib

from app.datasources.connectors.base import Limits
from app.datasources.models import Datasource
from app.evidence.report import Asked, BoundAs, canonical, projection_id
from app.queries.bind import Bound
from app.queries.watermark import NO_WATERMARK, Watermark


def question(
    datasource: Datasource,
    bound: Bound,
    limits: Limits,
    watermark: Watermark = NO_WATERMARK,
    explain: str | None = None,
) -> bytes:
    """The same for two requests exactly when one's result could stand for the other's.

    It covers the exact SQL, the bound values and the limits, and the datasource with its connection as it is
    sealed: a connection that was changed is another source, one sealed under a new key is not. The watermark
    counts too, for a result that was made without it could not tell how far the events had come. A plan is
    another answer than the rows.
    """
    values = tuple(BoundAs(value.name, str(value.kind), value.text) for value in bound.values)
    digest = _asked(datasource, bound, values, limits, watermark)
    if explain:
        digest.update(canonical(["explain", explain]))
    return digest.digest()


def spoken(
    datasource: Datasource, bound: Bound, limits: Limits, watermark: Watermark = NO_WATERMARK
) -> bytes | None:
    """The same for two requests whose values were said in the same words, whenever those were read.

    None where nothing was said in words: then equal requests have equal questions.
    """
    if not any(value.words for value in bound.values):
        return None
    values = tuple(BoundAs(value.name, str(value.kind), value.words or value.text) for value in bound.values)
    digest = _asked(datasource, bound, values, limits, watermark)
    read = ["spoken", bound.zone, [bool(value.words) for value in bound.values]]
    # Other weeks are other words; those from Monday are as they were before one could choose.
    digest.update(canonical([*read, bound.first_weekday] if bound.first_weekday else read))
    return digest.digest()


def _asked(
    datasource: Datasource, bound: Bound, values: tuple[BoundAs, ...], limits: Limits, watermark: Watermark
) -> "hashlib._Hash":
    asked = Asked(
        datasource_id=datasource.id,
        sql=bound.template.sql,
        values=values,
        timeout_s=int(limits.timeout_s),
        max_rows=limits.max_rows,
        max_bytes=limits.max_bytes,
    )
    digest = hashlib.sha256(projection_id(asked).encode())
    digest.update(datasource.connection_mark or hashlib.sha256(datasource.sealed_connection).digest())
    if watermark:
        digest.update(canonical([watermark.column, watermark.sql]))
    return digest
