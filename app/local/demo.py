"""The demo as people meet it: a datasource over real flights, saved queries, and their charts."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.create import actor_by_email
from app.accounts.models import Membership, Role, User
from app.core import db, runtime
from app.datasources.change import change_datasource
from app.datasources.create import create_datasource
from app.datasources.fetch import stored_connection
from app.datasources.models import Datasource
from app.local.demo_dashboard import save_dashboard
from app.local.demo_database import address, ensure_data, ensure_reader, place_of
from app.local.demo_events import load_events
from app.local.demo_queries import QUERIES, Saved
from app.local.demo_reports import save_reports
from app.local.errors import LocalError
from app.queries.models import Query
from app.queries.save import create_query
from app.runs.limits import limits
from app.runs.request import ask_query
from app.runs.start import start_run
from app.schedules.change import create_schedule
from app.schedules.forms import ScheduleBody
from app.visualizations.create import create_visualization

NAME = "NYC flights 2013"
DAILY = ("Departures and delay by day",)  # what runs by itself each morning


def load_demo(tell: Callable[[str], None]) -> None:
    """Make whatever of the demo is missing, as the oldest admin. `core.runtime.configure` comes first.

    LocalError when there is no admin, no data package, or the database does not allow it.
    """
    with db.transaction() as session:
        _oldest_admin(session)
    place = ensure_data(runtime.settings().database_url, tell)
    with db.transaction() as session:
        actor = _oldest_admin(session)
        datasource = _live(session, actor)
        if datasource is None:
            connection = ensure_reader(place)
            datasource = create_datasource(session, actor, kind="postgres", name=NAME, connection=connection)
        made = [saved.name for saved in QUERIES if _save(session, actor, datasource, saved)]
        save_dashboard(session, actor)
        save_reports(session, actor)
    load_events(actor, tell)
    tell(f"The demo is the datasource `{NAME}`" + (f" with {len(made)} new queries." if made else "."))


def keep_demo_reachable() -> None:
    """Point the demo's datasource at the server's address again, when the checkout has moved."""
    place = place_of(runtime.settings().database_url)
    if place is None:
        return
    with db.transaction() as session:
        try:
            actor = _oldest_admin(session)
        except LocalError:
            return
        datasource = _live(session, actor)
        kept = stored_connection(datasource) if datasource else {}
        own_socket = kept.get("host", "").startswith("/")
        if datasource and own_socket and kept["host"] != address(place)["host"]:
            connection = ensure_reader(place)
            change_datasource(session, actor, datasource, name=NAME, connection=connection)


def load_demo_events(tell: Callable[[str], None]) -> None:
    """The events alone, as the oldest admin. LocalError when there is none."""
    with db.transaction() as session:
        actor = _oldest_admin(session)
    load_events(actor, tell)


def _oldest_admin(session: Session) -> Actor:
    email = session.scalar(
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.role == Role.ADMIN, User.disabled_at.is_(None))
        .order_by(Membership.created_at)
        .limit(1)
    )
    if email is None:
        raise LocalError(
            "The demo needs an admin to belong to: make one with `plumb user create --role admin`."
        )
    return actor_by_email(session, email)


def _live(session: Session, actor: Actor) -> Datasource | None:
    return session.scalar(
        select(Datasource).where(
            Datasource.org_id == actor.org_id, Datasource.name == NAME, Datasource.archived_at.is_(None)
        )
    )


def _save(session: Session, actor: Actor, datasource: Datasource, saved: Saved) -> bool:
    """Make the query and its charts; False when one of that name is there."""
    there = select(Query.id).where(
        Query.org_id == actor.org_id, Query.name == saved.name, Query.archived_at.is_(None)
    )
    if session.scalar(there.limit(1)) is not None:
        return False
    query = create_query(
        session,
        actor,
        name=saved.name,
        description=saved.description,
        datasource_id=datasource.id,
        sql=saved.sql,
        parameters=saved.parameters,
    )
    for chart in saved.charts:
        create_visualization(session, actor, query, name=chart.name, kind=chart.kind, options=chart.options)
    _run(session, actor, query)
    if saved.name in DAILY:
        morning = ScheduleBody(kind="daily", at="06:00", time_zone="America/New_York")
        create_schedule(session, actor, query.id, morning)
    return True


def _run(session: Session, actor: Actor, query: Query) -> None:
    """So that whoever opens it finds rows and charts."""
    asked = ask_query(session, actor, query.id, {})
    start_run(
        session,
        actor,
        datasource=asked.datasource,
        bound=asked.bound,
        limits=limits(),
        version=asked.version,
    )
