"""What the pages of a first start send."""

from pydantic import Field

from app.web.forms import Body


class BeginForm(Body):
    token: str = Field(default="", max_length=200)
    organisation: str = Field(min_length=1, max_length=100)
    name: str = Field(min_length=1, max_length=100)
    email: str = Field(max_length=254)
    password: str = Field(max_length=500)


class TableForm(Body):
    """Which table a first query shall count."""

    datasource_id: int
    schema_name: str
    relation: str
