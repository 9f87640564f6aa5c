"""Saving what somebody described, after trying it."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import Invalid
from app.datasources.change import change_datasource
from app.datasources.check import check_stored, stands_in_the_way
from app.datasources.connectors.base import Check
from app.datasources.create import create_datasource
from app.datasources.forms import DatasourceForm
from app.datasources.models import Datasource


class Refused(Invalid):
    """The connection was tried, and what came of it stands in the way of saving. Roll back."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.message, fields={check.field: check.message} if check.field else None)
        self.check = check


def save_new(session: Session, actor: Actor, form: DatasourceForm) -> tuple[Datasource, Check]:
    """Raises Invalid for what is not a connection or a name, Refused after a test that went wrong."""
    datasource = create_datasource(
        session,
        actor,
        kind=form.kind,
        name=form.name,
        connection=form.connection,
        allow_superuser=form.allow_superuser,
    )
    return datasource, _tried(datasource, form)


def save_changes(session: Session, actor: Actor, datasource: Datasource, form: DatasourceForm) -> Datasource:
    """As `save_new`. A new name alone needs no test."""
    changed = change_datasource(
        session,
        actor,
        datasource,
        name=form.name,
        connection=form.connection,
        allow_superuser=form.allow_superuser,
    )
    if changed - {"name"}:
        _tried(datasource, form)
    return datasource


def _tried(datasource: Datasource, form: DatasourceForm) -> Check:
    check = check_stored(datasource)
    if stands_in_the_way(check, anyway=form.save_anyway):
        raise Refused(check)
    return check
