"""Jobs about telemetry."""

from app.telemetry.clean import clean_up


def clean() -> None:
    clean_up()
