"""Sealed values that no key opens."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.admin.consistency.finding import Finding
from app.admin.secrets.rotate import everything
from app.core import vault


def closed_secrets(session: Session) -> Iterator[Finding]:
    for each in everything(session):
        if not vault.opens(each.value):
            advice = "Put its key back into PLUMB_SECRETS_KEYS, or enter the secret again"
            yield Finding(each.called, "no key opens its secret", advice=advice)
