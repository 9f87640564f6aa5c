"""What an org's admins decide for all: each setting holds where it belongs, and nonsense changes nothing."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts.house import House
from app.accounts.models import Org
from app.audit.models import AuditEntry
from app.core import db
from app.core.clock import now
from app.runs.models import Run
from tests.makers import finish, make_datasource, make_query, read_run

PAGE = "/settings/organisation"
ALL = {"time_zone": "UTC", "first_weekday": "0", "number_format": "comma"}


def stored(actor):
    with db.new_session() as session:
        org = session.get_one(Org, actor.org_id)
        return {column.name: getattr(org, column.name) for column in Org.__table__.columns}


def change(browse, dana, **wanted):
    answer = browse(dana).api("POST", "/v1/organisation", wanted)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_an_admin_changes_all_of_it_on_one_page(browse, dana, bob, charlie):
    form = {"time_zone": "Europe/Berlin", "first_weekday": "6", "number_format": "point"}
    form |= {"run_timeout_s": "60", "run_max_rows": "5000", "run_max_bytes": "", "datasource_slots": "3"}
    form |= {"allowed_hosts": "db.example.com\r\n*.internal.example.com"}
    assert browse(dana).post(PAGE, form).status_code == 303
    told = browse(bob).api("GET", "/v1/organisation").json
    assert told == {"name": "Acme", "time_zone": "Europe/Berlin", "first_weekday": 6} | {
        "number_format": "point",
        "run_timeout_s": 60,
        "run_max_rows": 5000,
        "run_max_bytes": None,
        "datasource_slots": 3,
    }
    hosts = browse(dana).api("GET", "/v1/organisation").json["allowed_hosts"]
    assert hosts == ["db.example.com", "*.internal.example.com"]
    assert "Europe/Berlin" in browse(bob).get("/account").text
    assert browse(charlie).api("GET", "/v1/organisation").json["time_zone"] == "UTC"
    with db.new_session() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "org.changed")).one()
    assert entry.details["run_timeout_s"] == 60 and "run_max_bytes" not in entry.details
    assert browse(dana).post(PAGE, ALL).status_code == 303
    assert stored(dana)["run_timeout_s"] is None and stored(dana)["allowed_hosts"] is None


def test_only_admins_decide(browse, alice, bob, dana):
    before = stored(dana)
    for refused in (alice, bob):
        assert browse(refused).get(PAGE).status_code == 403
        assert browse(refused).post(PAGE, ALL | {"first_weekday": "6"}).status_code == 403
        assert browse(refused).api("POST", "/v1/organisation", {"first_weekday": 6}).status_code == 403
    assert stored(dana) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_zone", "Mars/Base"),
        ("time_zone", ""),
        ("first_weekday", 2),
        ("first_weekday", None),
        ("number_format", "roman"),
        ("run_timeout_s", 0),
        ("run_timeout_s", -5),
        ("run_timeout_s", 10**6),
        ("run_max_rows", 10**9),
        ("run_max_bytes", "many"),
        ("datasource_slots", 1001),
        ("allowed_hosts", "a b!c"),
        ("allowed_hosts", "https://db.example.com"),
    ],
)
def test_nonsense_is_said_at_its_field_and_changes_nothing(browse, dana, name, value):
    before = stored(dana)
    form = ALL | {"datasource_slots": "7"} | {name: "" if value is None else value}
    answer = browse(dana).post(PAGE, form)
    assert answer.status_code == 422 and f'id="field-{name}-error"' in answer.text
    sent = value.split() if name == "allowed_hosts" else value
    told = browse(dana).api("POST", "/v1/organisation", {"datasource_slots": 7, name: sent})
    assert (told.status_code, list(told.json["fields"])) == (422, [name])
    assert stored(dana) == before


def test_a_limit_is_the_default_and_the_most_of_a_run(browse, dana, alice, connection_fields):
    source = make_datasource(dana, connection_fields)
    query = make_query(alice, source, "select generate_series(1, 100) as n")
    change(browse, dana, run_max_rows=10, run_timeout_s=20)
    run_id = browse(alice).api("POST", "/v1/runs", {"query_id": query.id}).json["id"]
    finish(run_id)
    run = read_run(run_id)
    assert (run.row_count, run.truncated_by, run.max_rows, run.timeout_s) == (10, "rows", 10, 20)
    asked = {"query_id": query.id, "max_rows": 11}
    refused = browse(alice).api("POST", "/v1/runs", asked)
    assert (refused.status_code, refused.json["fields"]) == (422, {"max_rows": "Ask for 1 to 10."})
    change(browse, dana, run_max_rows=5)
    browse(alice).post(f"/runs/{run_id}/repetition")
    with db.new_session() as session:
        assert session.scalar(select(Run.max_rows).order_by(Run.id.desc()).limit(1)) == 5


def test_weeks_begin_where_the_org_says(browse, dana, alice, connection_fields):
    source = make_datasource(dana, connection_fields)
    sql = "select {{ week.start }} as first"
    asked = {"datasource_id": source.id, "sql": sql}
    asked["parameters"] = {"week": {"kind": "date_range", "value": "this week"}}
    for weekday in (0, 6):
        change(browse, dana, first_weekday=weekday)
        run = browse(alice).api("POST", "/v1/runs", asked).json
        first = date.fromisoformat(run["parameters"]["week.start"])
        assert first.weekday() == weekday
        assert timedelta(0) <= now().date() - first < timedelta(7)


def test_pages_write_numbers_as_the_org_does(browse, dana, bob):
    change(browse, dana, number_format="space")
    assert 'data-numbers="space"' in browse(bob).get("/account").text
    assert "1\N{NARROW NO-BREAK SPACE}000\N{NARROW NO-BREAK SPACE}000" in browse(dana).get(PAGE).text
    assert House(number_format="point").write("-1,234.5") == "-1.234,5"


def test_slots_of_the_org_hold_where_a_datasource_says_nothing(browse, dana, alice, connection_fields):
    source = make_datasource(dana, connection_fields)
    change(browse, dana, datasource_slots=1)
    slots = browse(alice).api("GET", f"/v1/datasources/{source.id}/slots").json
    assert (slots["slots"], slots["is_default"]) == (1, True)
    for _ in range(2):
        asked = {"datasource_id": source.id, "sql": "select 1"}
        last = browse(alice).api("POST", "/v1/runs", asked).json["id"]
    line = browse(alice).api("GET", f"/v1/runs/{last}").json["line"]
    assert line["slots"] == 1 or line["held_up_by"] in ("no_worker", "workers")
    browse(dana).api("POST", f"/v1/datasources/{source.id}/slots", {"slots": 4})
    assert browse(alice).api("GET", f"/v1/datasources/{source.id}/slots").json["slots"] == 4


def test_a_datasource_is_only_where_the_org_allows(browse, dana, charlie, connection_fields):
    change(browse, dana, allowed_hosts=["*.example.com", "10.0.0.7"])
    admin, before = browse(dana), stored(dana)
    fields = {"host": "db.elsewhere.com", "database": "d", "user": "u", "password": "p"}
    for path in ("/v1/datasources", "/v1/datasources/test"):
        body = {"kind": "postgres", "name": "Away", "connection": fields}
        answer = admin.api("POST", path, body)
        assert (answer.status_code, list(answer.json["fields"])) == (422, ["host"]), answer.text
        assert "allows no datasource on db.elsewhere.com" in answer.json["fields"]["host"]
        url = {"url": "postgres://u:p@ok.example.com/d?host=db.elsewhere.com&options=x"}
        assert admin.api("POST", path, body | {"connection": url}).status_code == 422
    change(browse, dana, allowed_hosts=None)
    source = make_datasource(dana, connection_fields, "Flights")
    answer = admin.api("POST", "/v1/organisation", {"allowed_hosts": ["db.example.com"]})
    assert answer.status_code == 422 and "Flights is on" in answer.json["fields"]["allowed_hosts"]
    assert stored(dana)["allowed_hosts"] is None != before["allowed_hosts"]
    change(browse, dana, allowed_hosts=[connection_fields["host"]])
    assert make_datasource(dana, connection_fields, "Again").id > source.id
