"""What admins send about their org."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from app.web.forms import Body


def _whole(sent: object) -> object:
    if sent is None or type(sent) is int:
        return sent
    if isinstance(sent, str) and sent.removeprefix("-").isascii() and sent.removeprefix("-").isdigit():
        return int(sent[:20])
    raise ValueError("Use a whole number.")


Whole = Annotated[int | None, BeforeValidator(_whole)]


class OrganisationForm(Body):
    """All of it: a field that is left empty is left to the installation."""

    time_zone: str = Field(default="", max_length=100)
    first_weekday: Whole = None
    number_format: str = Field(default="", max_length=20)
    run_timeout_s: Whole = None
    run_max_rows: Whole = None
    run_max_bytes: Whole = None
    datasource_slots: Whole = None
    allowed_hosts: str = Field(default="", max_length=60_000)


class OrganisationBody(Body):
    """The same as JSON: only what is named is changed; hosts are a list."""

    time_zone: Annotated[str, Field(max_length=100)] = ""
    first_weekday: Whole = None
    number_format: Annotated[str, Field(max_length=20)] = ""
    run_timeout_s: Whole = None
    run_max_rows: Whole = None
    run_max_bytes: Whole = None
    datasource_slots: Whole = None
    allowed_hosts: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=1000)] | None = (
        None
    )
