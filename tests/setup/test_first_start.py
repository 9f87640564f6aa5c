"""A first start in the browser: three questions, closed for ever once there is somebody."""

import threading
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app.accounts.models import Membership, Org, User
from app.cli import plumb
from app.core import db, runtime
from app.core.errors import Conflict
from app.datasources.catalog.refresh import ask_refresh, refresh_catalog
from app.datasources.models import Datasource
from app.local.first_start import prepare
from app.queries.models import Query
from app.runs.models import Run
from app.setup.token import setup_path, setup_token
from app.visualizations.models import Visualization
from tests.makers import finish, make_datasource, read_run

ANSWERS = {
    "organisation": "Acme",
    "name": "Dana",
    "email": "Dana@Example.com",
    "password": "a long enough one",
}


@pytest.fixture
def token(app):
    return setup_token(runtime.settings().secret_key)


@pytest.fixture
def source(dana, connection_fields, orders):
    """Acme's datasource, whose tables were read."""
    made = make_datasource(dana, connection_fields)
    with db.transaction() as session:
        ask_refresh(session, made)
    refresh_catalog(made.id)
    return made


def everything():
    with db.new_session() as session:
        counted = (User, Org, Membership, Datasource, Query, Visualization, Run)
        return [session.scalar(select(func.count()).select_from(each)) for each in counted]


def test_the_first_answer_makes_an_admin_and_closes_the_door(browse, token):
    browser = browse(None)
    assert "Nobody is here yet" in browser.get("/sign-in").text
    assert "Who are you?" in browser.get(setup_path(runtime.settings().secret_key)).text
    answer = browser.post("/setup", {"token": token, **ANSWERS})
    assert (answer.status_code, answer.location) == (303, "/setup/datasource")
    assert "Where is the data?" in browser.get("/setup/datasource").text
    account = browser.get("/account").text
    assert "dana@example.com" in account and "admin in Acme" in account
    before = everything()
    assert browse(None).get(f"/setup?token={token}").status_code == 404
    assert (
        browse(None).post("/setup", {"token": token, **ANSWERS, "email": "x@example.com"}).status_code == 404
    )
    assert everything() == before
    assert "Nobody is here yet" not in browse(None).get("/sign-in").text


@pytest.mark.parametrize("wrong", ["", "0" * 40, "ü", "x" * 5000])
def test_without_the_token_nobody_gets_in(browse, token, wrong):
    assert browse(None).get("/setup", query_string={"token": wrong}).status_code == 404
    assert browse(None).post("/setup", {"token": wrong, **ANSWERS}).status_code == 404
    assert everything() == [0] * 7


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("organisation", " ", "required"),
        ("organisation", "x" * 101, "100"),
        ("name", "", "required"),
        ("email", "dana", "alice@example.com"),
        ("password", "short", "12 characters"),
        ("name", "a\0b", "cannot be stored"),
    ],
)
def test_a_wrong_answer_is_said_at_its_field_and_changes_nothing(browse, token, field, value, says):
    answer = browse(None).post("/setup", {"token": token, **ANSWERS, field: value})
    assert answer.status_code == 422
    said = answer.text.partition(f'id="field-{field}-error"')[2].partition("</p>")[0]
    assert says.lower() in said.lower(), answer.text
    assert ANSWERS["password"] not in answer.text
    assert everything() == [0] * 7


def test_of_two_browsers_at_once_one_wins(browse, token):
    answers = []

    def send(number):
        form = {**ANSWERS, "email": f"dana{number}@example.com", "organisation": f"Acme {number}"}
        answers.append(browse(None).post("/setup", {"token": token, **form}).status_code)

    senders = [threading.Thread(target=send, args=(number,)) for number in range(2)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    assert sorted(answers) == [303, 404]
    assert everything()[:3] == [1, 1, 1]


def test_guesses_of_the_link_are_counted(browse):
    told = [browse(None).get("/setup?token=guess").status_code for _ in range(31)]
    assert told == [404] * 30 + [429]


def test_the_link_is_printed_until_there_is_somebody(app, environment, monkeypatch, tmp_path):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PLUMB_URL", "https://plumb.example.com/")
    link = setup_path(environment["SECRET_KEY"])
    said = CliRunner().invoke(plumb, ["setup"])
    assert (said.exit_code, said.output) == (0, f"https://plumb.example.com{link}\n")
    monkeypatch.delenv("PLUMB_URL")
    empty = {**environment, "PLUMB_DEMO": "0"}
    assert prepare(tmp_path, empty, print) == {"setup": link}
    assert prepare(tmp_path, empty, print) == {"setup": link}
    named = {**empty, "PLUMB_ADMIN_EMAIL": "dana@example.com"}
    assert prepare(tmp_path, named, print)["email"] == "dana@example.com"
    assert prepare(tmp_path, empty, print) == {}
    assert isinstance(CliRunner().invoke(plumb, ["setup"]).exception, Conflict)


def test_a_database_inside_the_network_is_fenced_here_too(browse, dana, connection_fields):
    runtime.configure(replace(runtime.settings(), private_datasources=""))
    try:
        before = everything()
        form = {"kind": "postgres", "name": "Shop", **connection_fields, "host": "127.0.0.1"}
        answer = browse(dana).post("/setup/datasource", form | {"save_anyway": "true"})
        assert answer.status_code == 422 and "PLUMB_PRIVATE_DATASOURCES" in answer.text
        assert everything() == before
    finally:
        runtime.configure(replace(runtime.settings(), private_datasources="all"))


def test_a_database_that_does_not_answer_is_not_kept(browse, dana):
    wrong = {
        "kind": "postgres",
        "name": "Shop",
        "host": "127.0.0.1",
        "port": "1",
        "database": "x",
        "user": "x",
    }
    before = everything()
    answer = browse(dana).post("/setup/datasource", wrong)
    assert (
        answer.status_code == 422 and "The test failed" in answer.text and "Where is the data?" in answer.text
    )
    assert everything() == before


def test_a_database_leads_to_its_tables_and_a_table_to_a_chart(browse, dana, connection_fields, orders):
    browser = browse(dana)
    form = {"kind": "postgres", "name": "Shop", **connection_fields}
    answer = browser.post("/setup/datasource", form)
    assert answer.status_code == 303 and answer.location.startswith("/setup/table?datasource_id="), (
        answer.text
    )
    assert "Reading the tables of Shop" in browser.get(answer.location).text
    datasource_id = int(answer.location.partition("=")[2])
    refresh_catalog(datasource_id)
    listed = browser.get(answer.location, htmx=True).text
    assert "hx-trigger" not in listed and 'value="orders"' in listed
    table = {"datasource_id": datasource_id, "schema_name": "counted", "relation": "orders"}
    drawn = browser.post("/setup/chart", table)
    assert drawn.status_code == 303 and drawn.location.startswith("/queries/"), drawn.text
    with db.new_session() as session:
        run_id = session.scalar(select(func.max(Run.id)))
        chart = session.scalars(select(Visualization)).one()
    finish(run_id)
    run = read_run(run_id)
    assert run.state == "succeeded", run.failure_message
    assert (run.row_count, chart.kind) == (3, "line")


def test_a_table_that_is_not_there_and_one_of_another_org_are_not_found(browse, source, charlie, dana):
    table = {"datasource_id": source.id, "schema_name": "counted", "relation": "orders"}
    before = everything()
    assert browse(charlie).get(f"/setup/table?datasource_id={source.id}").status_code == 404
    assert browse(charlie).post("/setup/chart", table).status_code == 404
    assert browse(charlie).post("/setup/table/reading", {"datasource_id": source.id}).status_code == 404
    assert browse(dana).post("/setup/chart", table | {"relation": "nothing"}).status_code == 404
    assert browse(dana).post("/setup/chart", {"datasource_id": source.id}).status_code == 422
    assert everything() == before


def test_only_an_admin_is_asked(browse, alice):
    for path in ("/setup/datasource", "/setup/table?datasource_id=1"):
        assert browse(alice).get(path).status_code == 403
