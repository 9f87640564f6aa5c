"""Jobs about stored results."""

from app.runs.retention.expire import expire_results


def expire() -> None:
    expire_results()
