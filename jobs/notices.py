"""Jobs about notices."""

from app.notices.clean import clean as clean_notices
from app.notices.deliver import deliver_due


def deliver() -> None:
    deliver_due()


def clean() -> None:
    clean_notices()
