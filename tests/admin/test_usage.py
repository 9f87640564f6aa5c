"""Usage: who runs what, what takes long, what nobody looks at; counted along one index."""

import pytest
from sqlalchemy import text

from app.admin.usage.count import COUNTED, LARGEST, UNSEEN
from app.core import db
from app.core.clock import now
from app.dashboards.save import create_dashboard
from tests.makers import finish, make_datasource, make_query, run_now

PAGE = "/settings/usage"
MANY = text(
    """
    insert into runs (org_id, datasource_id, requested_by, trigger, state, sql,
                      timeout_s, max_rows, max_bytes, queued_at, started_at, finished_at,
                      beat_at, worker, attempt, row_count, byte_count)
    select :org_id, :datasource_id, :user_id, 'person', 'succeeded', 'select 1', 1, 1, 1,
           at, at, at + n % 900 * interval '1 ms', at, 'w', 1, n, n * 8
    from (select n, now() - n * interval '1 minute' as at from generate_series(1, 20000) n) made
    """
)


@pytest.fixture
def source(dana, connection_fields):
    return make_datasource(dana, connection_fields)


def test_the_page_says_who_runs_what_and_what_nobody_opens(browse, dana, alice, bob, charlie, source):
    slow = make_query(alice, source, "select pg_sleep(0.05), generate_series(1, 9)", "The slow one")
    quick = make_query(alice, source, "select 1", "The quick one")
    for query in (slow, quick, quick):
        finish(browse(bob).api("POST", "/v1/runs", {"query_id": query.id}).json["id"])
    run_now(alice, source, "select nothing")
    with db.transaction() as session:
        seen = create_dashboard(session, alice, name="Looked at", description="", tiles=[])
        create_dashboard(session, alice, name="Forgotten", description="", tiles=[])
    browse(bob).get(f"/dashboards/{seen.id}")
    told = browse(dana).api("GET", "/v1/usage").json
    assert (told["total"]["runs"], told["total"]["failed"], told["total"]["people"]) == (4, 1, 2)
    assert [(each["name"], each["runs"], each["failed"]) for each in told["people"]] == [
        ("Bob", 3, 0),
        ("Alice", 1, 1),
    ]
    assert [(each["name"], each["runs"]) for each in told["slowest_queries"]] == [
        ("The slow one", 1),
        ("The quick one", 2),
    ]
    assert told["slowest_queries"][0]["mean_ms"] >= 50
    assert told["largest_results"][0]["row_count"] == 9
    assert [each["name"] for each in told["dashboards_not_viewed"]] == ["Forgotten"]
    page = browse(dana).get(PAGE).text
    assert all(word in page for word in ("The slow one", "Flights", "Forgotten", "bob@example.com"))
    assert "Looked at" not in page
    other = browse(charlie).get(PAGE).text
    assert "Nothing was run" in other and "The slow one" not in other
    assert browse(dana).get(f"{PAGE}?days=7", htmx=True).text.count("<html") == 0


def test_only_admins_see_it_and_of_sensible_times(browse, alice, bob, dana):
    for refused in (alice, bob):
        assert browse(refused).get(PAGE).status_code == 403
        assert browse(refused).api("GET", "/v1/usage").status_code == 403
    for days in ("0", "-1", "x", "99999"):
        answer = browse(dana).api("GET", "/v1/usage", query_string={"days": days})
        assert (answer.status_code, list(answer.json["fields"])) == (422, ["days"])
    assert browse(dana).get(f"{PAGE}?days=x").status_code == 200


def test_it_is_counted_without_reading_a_run(app, dana, source, servers):
    values = {"org_id": dana.org_id, "datasource_id": source.id, "user_id": dana.user_id}
    with db.transaction() as session:
        session.execute(MANY, values)
    with db.autocommit() as connection:
        connection.execute(text("vacuum analyze runs"))
        # A table as small as this would be read whole.
        connection.execute(text("set enable_seqscan = off"))
        connection.execute(text("set enable_bitmapscan = off"))
        within = {"org_id": dana.org_id, "end": now(), "most": 20}
        for statement, days in ((COUNTED, 3), (LARGEST, 3)):
            start = connection.scalar(text("select now() - make_interval(days => :days)"), {"days": days})
            plan = connection.scalars(text(f"explain {statement.text}"), within | {"start": start}).all()
            assert any("Index Only Scan using ix_runs_usage on runs" in line for line in plan), plan
        plan = connection.scalars(text(f"explain {UNSEEN.text}"), within | {"start": now()}).all()
        assert any("ix_dashboard_views_of_dashboard" in line for line in plan), plan
        connection.execute(text("reset all"))
