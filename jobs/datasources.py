"""Jobs about datasources."""

from app.datasources.probe import probe_all


def probe() -> None:
    probe_all()
