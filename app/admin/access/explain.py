"""Why somebody can, or cannot, see one thing: what the pages decide, and by which rule, in words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch, need
from app.accounts.members.find import Member, find_member
from app.accounts.models import Role
from app.core.errors import Invalid, NotFound
from app.dashboards.find import find_dashboard
from app.dashboards.models import Dashboard
from app.datasources.fetch import fetch_live
from app.datasources.models import Datasource
from app.datasources.pause import why_paused
from app.queries.find import find_query
from app.queries.models import Query
from app.runs.find import fetch_run
from app.runs.models import Run
from app.runs.retention.expired import day

Kind = Literal["query", "dashboard", "datasource", "run"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Answer:
    """`may`: whether the thing's page opens for them. `because` is the rule, `beyond` what else holds."""

    person: str
    thing: str
    address: str
    may: bool
    because: str
    beyond: tuple[str, ...]


def explain_access(session: Session, actor: Actor, kind: str, id: int, user_id: int) -> Answer:
    """For admins, of their own org. Raises Forbidden, Invalid at `kind`, NotFound for a thing or a person."""
    need(actor, Role.ADMIN)
    if kind not in KINDS:
        raise Invalid(fields={"kind": "Choose query, dashboard, datasource or run."})
    member = find_member(session, actor, user_id)
    person = replace(actor, user_id=member.id, email=member.email, name=member.name, role=member.role)
    model = {"query": Query, "dashboard": Dashboard, "datasource": Datasource, "run": Run}[kind]
    row = fetch(session, actor, model, id)
    may, because, beyond = _BY_KIND[kind](session, person, row)  # type: ignore[operator]
    if shut := _shut_out(actor, member):
        may, because, beyond = False, shut, []
    called = f"run {id}" if kind == "run" else f"the {kind} {row.name}"  # type: ignore[attr-defined]
    places = {"query": "queries", "dashboard": "dashboards", "datasource": "datasources", "run": "runs"}
    return Answer(member.name, called, f"/{places[kind]}/{id}", may, because, tuple(beyond))


def _shut_out(actor: Actor, member: Member) -> str | None:
    if member.state == "account_disabled":
        return f"The account of {member.name} is disabled, for every organisation: they cannot sign in."
    if member.state == "disabled":
        return (
            f"{member.name} is disabled in {actor.org_name}: they cannot come in until an admin enables them."
        )
    return None


Found = tuple[bool, str, list[str]]


def _query(session: Session, person: Actor, query: Query) -> Found:
    try:
        find_query(session, person, query.id)
    except NotFound:
        return False, "It is archived: nobody opens it. An editor can bring it back from the archive.", []
    if person.may(Role.EDITOR):
        beyond = [f"As {person.role.phrase} {person.name} may run it, and change its SQL."]
    else:
        beyond = ["As a viewer they may run it with other values, and may not change it."]
    return True, f"Every member of {person.org_name} sees its saved queries.", beyond


def _dashboard(session: Session, person: Actor, dashboard: Dashboard) -> Found:
    try:
        find_dashboard(session, person, dashboard.id)
    except NotFound:
        return False, "It is archived: nobody opens it. An editor can bring it back from the archive.", []
    deed = "may change it" if person.may(Role.EDITOR) else "may choose other values, and may not change it"
    beyond = [f"As {person.role.phrase} {person.name} {deed}.", "Its tiles show results of saved queries."]
    return True, f"Every member of {person.org_name} sees its dashboards.", beyond


def _datasource(session: Session, person: Actor, datasource: Datasource) -> Found:
    try:
        fetch_live(session, person, datasource.id)
    except NotFound:
        return False, "It is archived: nobody opens it, and its credentials are gone.", []
    rights = {
        Role.VIEWER: "see its name, and run the saved queries that use it; not where it points",
        Role.EDITOR: "see where it points, and send it any SQL; not its password",
        Role.ADMIN: "change it and pause it, and send it any SQL; its password is shown to nobody",
    }
    beyond = [f"As {person.role.phrase} {person.name} may {rights[person.role]}."]
    if paused := why_paused(datasource):
        beyond.append(f"{paused} New runs are refused to everybody until it is resumed.")
    return True, f"Every member of {person.org_name} sees the names of its datasources.", beyond


def _run(session: Session, person: Actor, run: Run) -> Found:
    """The pages' own rule says whether; the words follow its parts in order."""
    beyond = []
    if run.result_deleted_at is not None:
        beyond.append(
            f"Its rows expired on {day(run.result_deleted_at)}; the run and its evidence are there."
        )
    try:
        fetch_run(session, person, run.id)
    except NotFound:
        return False, _hidden(person, run), ["An editor sees every run of the organisation."]
    return True, next(_seen(person, run)), beyond


def _seen(person: Actor, run: Run) -> Iterator[str]:
    if person.may(Role.EDITOR):
        yield f"{person.name} is {person.role.phrase}, and editors see every run of {person.org_name}."
    if run.query_version_id is not None:
        yield "It is a run of a saved query, and every member sees those, whatever its version."
    if run.requested_by == person.user_id:
        yield f"{person.name} asked for it."
    yield "A saved query says the same SQL by now, so that any member could have asked for it."


def _hidden(person: Actor, run: Run) -> str:
    what = "It is a plan of SQL" if run.explain else "It is SQL"
    return (
        f"{what} that somebody else wrote, and no saved query says the same. {person.name} is a viewer:"
        " viewers see runs of saved queries, and their own."
    )


_BY_KIND = {"query": _query, "dashboard": _dashboard, "datasource": _datasource, "run": _run}
