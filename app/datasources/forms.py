"""What people and scripts send about a datasource. The connection's own fields are its connector's."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field

from app.datasources.connectors.registry import kinds
from app.web.forms import Body, Form, read_form

DEFAULT_KIND = "postgres"

# A port may come as a number.
Value = Annotated[str | None, BeforeValidator(lambda sent: str(sent) if type(sent) is int else sent)]


class PauseBody(Body):
    reason: str


class DatasourceForm(Body):
    """`save_anyway` saves what failed its test, `allow_superuser` what signs in as a superuser."""

    model_config = ConfigDict(str_strip_whitespace=False)  # a password may begin with a space

    kind: str = DEFAULT_KIND
    name: str = ""
    connection: dict[str, str] = Field(default_factory=dict)
    save_anyway: bool = False
    allow_superuser: bool = False


class DatasourceBody(DatasourceForm):
    """The same as JSON: the connection's fields in `connection`, or beside `name`. Null counts as absent."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Value]

    connection: dict[str, Value] = Field(default_factory=dict)  # type: ignore[assignment]
    save_anyway: bool = True

    def details(self) -> DatasourceForm:
        given = self.connection | self.__pydantic_extra__
        return DatasourceForm(
            kind=self.kind,
            name=self.name,
            connection={name: value for name, value in given.items() if value is not None},
            save_anyway=self.save_anyway,
            allow_superuser=self.allow_superuser,
        )


def read_datasource(sent: Mapping[str, str]) -> Form[DatasourceForm]:
    """The form's fields, with the connector's own gathered in `connection`. `values` holds no secret."""
    own = set(DatasourceForm.model_fields) - {"connection"} | {"csrf_token"}
    connection = {name: value for name, value in sent.items() if name not in own}
    form = read_form(
        DatasourceForm, {name: sent[name] for name in own & set(sent)} | {"connection": connection}
    )
    connector = kinds().get(sent.get("kind", DEFAULT_KIND))
    plain = {field.name for field in connector.fields if field.kind != "secret"} if connector else set()
    form.values = {name: value for name, value in sent.items() if name in own | plain}
    return form
