"""What people send about how long results are kept."""

from typing import Annotated

from pydantic import BeforeValidator

from app.web.forms import Body


def _days(sent: object) -> object:
    if isinstance(sent, str) and sent.isascii() and sent.isdigit() and len(sent) < 10:
        return int(sent)
    raise ValueError("Use a whole number of days, such as 30.")


Days = Annotated[int | None, BeforeValidator(_days)]


class OrgForm(Body):
    """Nothing leaves it to the installation."""

    result_days: Days = None
    newest_result_days: Days = None


class QueryForm(Body):
    """Nothing leaves it to the org."""

    result_days: Days = None
