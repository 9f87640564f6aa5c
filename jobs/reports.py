"""Jobs about saved reports."""

from app.reports.expire import forget_rows


def forget() -> None:
    forget_rows()
