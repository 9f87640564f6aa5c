"""The demo as people meet it: datasources over real flights and two made-up trades, queries, dashboards."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.create import actor_by_email
from app.accounts.models import Membership, Role, User
from app.core import db, runtime
from app.datasources.change import change_datasource
from app.datasources.create import create_datasource
from app.datasources.fetch import stored_connection
from app.local.demo_dashboard import save_dashboard
from app.local.demo_database import READER, Place, address, ensure_data, ensure_reader, place_of
from app.local.demo_events import load_events
from app.local.demo_queries import QUERIES
from app.local.demo_reports import save_reports
from app.local.demo_saved import live_datasource, live_query, save_queries
from app.local.errors import LocalError
from app.local.ops.offer import PACKS, fill_pack, load_pack
from app.schedules.change import create_schedule
from app.schedules.forms import ScheduleBody

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
        load_flights(session, actor, place, tell)
        save_reports(session, actor)
    for pack in PACKS:
        load_pack(actor, pack, place, tell)
    load_events(actor, tell)


def load_flights(session: Session, actor: Actor, place: Place, tell: Callable[[str], None]) -> None:
    datasource = live_datasource(session, actor, NAME)
    if datasource is None:
        connection = ensure_reader(place)
        datasource = create_datasource(session, actor, kind="postgres", name=NAME, connection=connection)
    made = save_queries(session, actor, datasource, QUERIES)
    for name in made:
        if name in DAILY and (query := live_query(session, actor, name)) is not None:
            morning = ScheduleBody(kind="daily", at="06:00", time_zone="America/New_York")
            create_schedule(session, actor, query.id, morning)
    save_dashboard(session, actor)
    tell(f"The demo is the datasource `{NAME}`" + (f" with {len(made)} new queries." if made else "."))


def look_after_demo(tell: Callable[[str], None]) -> None:
    """Point the demo's datasources at the server's address again, when the checkout has moved, and give the
    data sets that grow their next weeks.
    """
    place = place_of(runtime.settings().database_url)
    if place is None:
        return
    with db.transaction() as session:
        try:
            actor = _oldest_admin(session)
        except LocalError:
            return
        _reach(session, actor, NAME, place, READER)
        packs = [
            pack
            for pack in PACKS
            if _reach(session, actor, pack.datasource, replace(place, schema=pack.schema), pack.reader)
        ]
    for pack in packs:
        fill_pack(pack, place, tell)


def _reach(session: Session, actor: Actor, name: str, place: Place, reader: str) -> bool:
    """False when there is no datasource of that name."""
    datasource = live_datasource(session, actor, name)
    if datasource is None:
        return False
    kept = stored_connection(datasource)
    host = kept.get("host", "")
    if host.startswith("/") and host != address(place)["host"]:
        change_datasource(session, actor, datasource, name=name, connection=ensure_reader(place, reader))
    return True


def load_demo_events(tell: Callable[[str], None]) -> None:
    """The events alone, as the oldest admin. LocalError when there is none."""
    with db.transaction() as session:
        actor = _oldest_admin(session)
    load_events(actor, tell)


def _oldest_admin(session: Session) -> Actor:
    email = session.scalar(
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.role == Role.ADMIN, Membership.disabled_at.is_(None), User.disabled_at.is_(None))
        .order_by(Membership.created_at)
        .limit(1)
    )
    if email is None:
        raise LocalError(
            "The demo needs an admin to belong to: make one with `plumb user create --role admin`."
        )
    return actor_by_email(session, email)
