"""What people and scripts send about notices."""

from pydantic import Field

from app.web.forms import Body


class ReadBody(Body):
    """Everything up to this notice."""

    up_to: int = Field(ge=0)


class MailForm(Body):
    by_mail: bool = False


class WebhookForm(Body):
    url: str = Field(min_length=1)
