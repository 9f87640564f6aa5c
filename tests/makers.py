"""Plain functions that make what a test needs, with sensible defaults; each commits."""

import time
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from app.accounts.allow import Actor
from app.accounts.models import Membership, Org, Role, User
from app.accounts.passwords import hash_password
from app.core import db
from app.datasources.create import create_datasource
from app.datasources.models import Datasource
from app.queries.models import Query
from app.queries.parameters import Declared
from app.queries.save import create_query
from app.runs.execute import execute_run
from app.runs.limits import limits
from app.runs.models import Run, RunState
from app.runs.request import ask_sql
from app.runs.start import start_run

PASSWORD = "correct horse battery"


@lru_cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def make_user(name: str, org_name: str, role: Role) -> Actor:
    """A person with the password PASSWORD and the e-mail NAME@example.com."""
    with db.transaction() as session:
        org = session.scalar(select(Org).where(Org.name == org_name)) or Org(name=org_name)
        user = User(email=f"{name}@example.com", name=name.capitalize(), password_hash=_password_hash())
        session.add_all([org, user])
        session.flush()
        session.add(Membership(org_id=org.id, user_id=user.id, role=role))
    return Actor(user.id, org.id, user.email, user.name, role, org.name)


def make_datasource(actor: Actor, connection: dict[str, str], name: str = "Flights") -> Datasource:
    with db.transaction() as session:
        return create_datasource(session, actor, kind="postgres", name=name, connection=connection)


def make_query(
    actor: Actor,
    datasource: Datasource,
    sql: str = "select 1 as one",
    name: str = "One",
    parameters: tuple[Declared, ...] = (),
) -> Query:
    with db.transaction() as session:
        return create_query(
            session,
            actor,
            name=name,
            description="",
            datasource_id=datasource.id,
            sql=sql,
            parameters=parameters,
        )


def start(
    actor: Actor, datasource: Datasource, sql: str, given: dict[str, Any] | None = None, **asked: int
) -> int:
    """Number of a queued run of this SQL."""
    with db.transaction() as session:
        ready = ask_sql(session, actor, datasource.id, sql, given or {})
        run = start_run(
            session,
            actor,
            datasource=ready.datasource,
            bound=ready.bound,
            limits=limits(actor.house, **asked),
            version=ready.version,
        )
        return run.id


def run_now(
    actor: Actor, datasource: Datasource, sql: str, given: dict[str, Any] | None = None, **asked: int
) -> Run:
    """A settled run of this SQL, executed in this process."""
    run_id = start(actor, datasource, sql, given, **asked)
    finish(run_id)
    return read_run(run_id)


def finish(run_id: int) -> None:
    """Execute the run here, unless a worker was quicker: then wait until that one is done."""
    execute_run(run_id)
    deadline = time.monotonic() + 60
    while not RunState(read_run(run_id).state).settled:
        assert time.monotonic() < deadline, f"run {run_id} does not end"
        time.sleep(0.05)


def read_run(run_id: int) -> Run:
    """The run's row as it is now."""
    with db.new_session() as session:
        return session.get_one(Run, run_id)
