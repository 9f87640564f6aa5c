"""The form of a datasource, on whichever page it stands: empty, tried, and shown again."""

from collections.abc import Callable
from typing import Any, TypeVar

from app.core.errors import Invalid
from app.datasources.connection import connector_class, public_fields
from app.datasources.connectors.base import Check
from app.datasources.connectors.registry import kinds
from app.datasources.fetch import stored_connection
from app.datasources.forms import DEFAULT_KIND, DatasourceForm
from app.datasources.models import Datasource
from app.datasources.save import Refused
from app.web.forms import Form

T = TypeVar("T")


def blank_form(kind: str = DEFAULT_KIND) -> Form[DatasourceForm]:
    """Raises Invalid for a kind that is not installed."""
    defaults = {field.name: field.default for field in connector_class(kind).fields}
    return Form(values={"kind": kind} | defaults)


def form_of(datasource: Datasource) -> Form[DatasourceForm]:
    return Form(values={"kind": datasource.kind, "name": datasource.name} | public_fields(datasource))


def tried(form: Form[DatasourceForm], save: Callable[[DatasourceForm], T]) -> tuple[T | None, Check | None]:
    """What `save` made of a good form, or the test that went wrong. Other faults join the form's errors."""
    try:
        return (save(form.data) if form.data else None), None
    except Refused as refusal:
        return None, refusal.check
    except Invalid as error:
        form.errors |= error.fields
        return None, None


def form_context(
    form: Form[DatasourceForm], datasource: Datasource | None, check: Check | None
) -> dict[str, Any]:
    """What templates/datasources/_form.html shows; `datasource` is none before it is made."""
    connector = connector_class(datasource.kind if datasource else form.values.get("kind", DEFAULT_KIND))
    return {
        "form": form,
        "check": check,
        "datasource": datasource,
        "connector": connector,
        "kinds": kinds(),
        "labels": {"name": "Name"} | {field.name: field.label for field in connector.fields},
        "stored": set(stored_connection(datasource)) if datasource else set(),
    }
