from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.audit.models import AuditEntry
from app.core import db
from app.core.errors import Invalid, NotFound
from app.datasources.models import Datasource
from app.queries.find import find_query, list_versions, newest_version
from app.queries.models import Query, QueryVersion
from app.queries.parameters import Declared, ParameterKind
from app.queries.save import create_query, save_version
from app.saved.archive import archive
from app.saved.versions import Overtaken
from tests.makers import make_query

SQL = "select {{ n }}, {{ period.start }}"
PARAMETERS = (
    Declared("period", ParameterKind.DATE_RANGE, "2013-01-01", "2013-01-31"),
    Declared("n", ParameterKind.INTEGER, " +5 "),
)


def save(actor: Actor, query: Query, sql: str, based_on: int) -> int:
    with db.transaction() as session:
        own = find_query(session, actor, query.id)
        version = save_version(
            session,
            actor,
            own,
            name=own.name,
            description="",
            datasource_id=1,
            sql=sql,
            parameters=(),
            based_on=based_on,
        )
        return version.number


def test_parameters_are_kept_in_order_of_use_with_canonical_defaults(
    session: Session, alice: Actor, source: Datasource
) -> None:
    query = make_query(alice, source, SQL, parameters=PARAMETERS)
    found = newest_version(session, query).parameters
    assert [(p.name, p.kind, p.default, p.default_end) for p in found] == [
        ("n", "integer", "5", None),
        ("period", "date_range", "2013-01-01", "2013-01-31"),
    ]


def test_each_save_is_a_version_and_old_ones_stay(session: Session, alice: Actor, source: Datasource) -> None:
    query = make_query(alice, source, "select 1")
    assert save(alice, query, "select 2", 1) == 2
    assert save(alice, query, "select 3", 2) == 3
    rows = list_versions(session, session.get_one(Query, query.id)).rows
    assert [(row.number, row.sql) for row in rows] == [(3, "select 3"), (2, "select 2"), (1, "select 1")]
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-3:] == ["query.created", "query.saved", "query.saved"]


def test_who_saves_second_is_told_and_overwrites_nothing(
    session: Session, alice: Actor, dana: Actor, source: Datasource
) -> None:
    query = make_query(alice, source, "select 1")
    save(dana, query, "select 'dana'", 1)
    with pytest.raises(Overtaken, match="Dana saved version 2 while you were editing version 1") as caught:
        save(alice, query, "select 'alice'", 1)
    assert caught.value.latest == 2
    assert newest_version(session, session.get_one(Query, query.id)).sql == "select 'dana'"


def test_of_two_saves_at_once_one_wins(session: Session, alice: Actor, source: Datasource) -> None:
    query = make_query(alice, source, "select 1")

    def attempt(n: int) -> bool:
        try:
            save(alice, query, f"select {n}", 1)
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(attempt, range(8)))
    assert won.count(True) == 1
    assert session.scalar(select(func.count()).select_from(QueryVersion)) == 2


def test_everything_wrong_is_named_at_once_and_nothing_is_made(
    session: Session, alice: Actor, source: Datasource
) -> None:
    with pytest.raises(Invalid) as caught:
        create_query(
            session,
            alice,
            name=" ",
            description="x" * 2001,
            datasource_id=None,
            sql="select {{ n }}, {{ m }}",
            parameters=(
                Declared("n", ParameterKind.INTEGER, "five"),
                Declared("gone", ParameterKind.TEXT),
            ),
        )
    assert set(caught.value.fields) == {
        "name",
        "description",
        "datasource_id",
        "parameters.n",
        "parameters.m",
        "parameters.gone",
    }
    assert session.scalar(select(func.count()).select_from(Query)) == 0


@pytest.mark.parametrize(
    ("declared", "word"),
    [
        (Declared("n", ParameterKind.DATE_RANGE), "{{ n.start }}"),
        (Declared("n", ParameterKind.INTEGER, "1", "2"), "Only a range"),
        (Declared("n", ParameterKind.DATE, "2013-02-30"), "calendar"),
    ],
)
def test_a_declaration_must_fit_its_placeholder(
    session: Session, alice: Actor, source: Datasource, declared: Declared, word: str
) -> None:
    with pytest.raises(Invalid) as caught:
        create_query(
            session,
            alice,
            name="x",
            description="",
            datasource_id=source.id,
            sql="select {{ n }}",
            parameters=(declared,),
        )
    assert word in caught.value.fields["parameters.n"]


@pytest.mark.parametrize("name", ["x" * 201, "a\0b"])
def test_a_name_that_cannot_be_kept_is_refused(
    session: Session, alice: Actor, source: Datasource, name: str
) -> None:
    with pytest.raises(Invalid) as caught:
        make_query(alice, source, name=name)
    assert list(caught.value.fields) == ["name"]


def test_another_orgs_datasource_is_none(session: Session, charlie: Actor, source: Datasource) -> None:
    with pytest.raises(Invalid) as caught:
        make_query(charlie, source)
    assert "There is no datasource" in caught.value.fields["datasource_id"]


def test_an_archived_query_is_gone_and_cannot_be_saved(
    session: Session, alice: Actor, source: Datasource
) -> None:
    query = make_query(alice, source)
    with db.transaction() as other:
        archive(other, alice, find_query(other, alice, query.id))
    with pytest.raises(NotFound):
        save(alice, query, "select 2", 1)
