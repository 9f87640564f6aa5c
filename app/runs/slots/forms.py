"""What people and scripts send about slots."""

from typing import Annotated

from pydantic import BeforeValidator

from app.web.forms import Body


def _whole(sent: object) -> object:
    if sent is None or type(sent) is int or (isinstance(sent, str) and sent.isascii() and sent.isdigit()):
        return sent
    raise ValueError("Use a whole number, such as 4.")


Slots = Annotated[int | None, BeforeValidator(_whole)]


class SlotsForm(Body):
    """`slots`: how many runs at once; nothing is the installation's default."""

    slots: Slots = None


class SlotsBody(Body):
    """The same as JSON, where null has to be said."""

    slots: Slots
