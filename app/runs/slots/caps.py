"""How many runs at once where a datasource does not say."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Org
from app.core import runtime


def default_slots(session: Session, org_id: int) -> int:
    """Its org's, else the installation's."""
    own = session.scalar(select(Org.datasource_slots).where(Org.id == org_id))
    return own or runtime.settings().datasource_slots
