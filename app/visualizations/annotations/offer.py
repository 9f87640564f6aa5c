"""Queries from which a chart may take its annotations."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.queries.find import queries
from app.queries.models import QUERIES
from app.saved.find import Wanted, one_page
from app.visualizations.kinds.base import Kind

MOST = 300


def offered(session: Session, actor: Actor, kind: Kind, options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(number, name) by name, the most recently saved of many, and what is chosen; none for kinds without."""
    fields = [field for field in kind.fields if field.type == "query"]
    if not fields:
        return []
    rows = one_page(session, actor, QUERIES, queries(actor, Wanted()), limit=MOST).rows
    found = sorted(((str(row.id), row.name) for row in rows), key=lambda each: each[1].lower())
    there = {number for number, _ in found}
    chosen = {str(options.get(field.name) or "") for field in fields} - there - {""}
    return [(number, f"Query {number}") for number in chosen] + found
