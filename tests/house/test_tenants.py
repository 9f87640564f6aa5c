"""No org sees or changes what is another's: charlie tries every door with Acme's numbers."""

from typing import Any

import pytest
from sqlalchemy import insert, text
from werkzeug.routing import Rule

from app.accounts.models import Role
from app.core import db
from app.dashboards.walls.tokens import mark_of, wall_of_token
from app.notices.models import Notice
from tests.browsing import Browser
from tests.house.test_routes import PUBLIC, UNSAFE
from tests.makers import finish, make_datasource, make_user

MARK = "Acme-only"
# Values in addresses that name nothing of an org.
PLAIN = {
    "dataset": "runs",
    "number": 1,
    "row": 0,
    "position": 0,
    "format": "csv",
    "name": "days",
    "part": "rows",
}
# A wall opens to whoever has its token: a stranger has none.
NO_TOKEN = {"token": "wall_of-nobody", "mark": "of-nobody"}
# Every org has reports and facts of these names: the address says nothing of whose.
OF_EACH = ("/v1/reports/<slug>", "/events/reports/<slug>", "/reports/facts/<dataset>")
# They answer the same for every number: what is asked is read first, or the page says "not there" in a field.
READ_FIRST = {
    "GET /v1/queries/<int:query_id>/result": 422,
    "POST /v1/queries/<int:query_id>/retention": 422,
    "POST /queries/<int:query_id>/choices": 200,
}
# Of what is not made below: a catalog that was read, a comparison, a cancellation, a recompute run.
NOT_MADE = {
    "/datasources/<int:datasource_id>/catalog/columns",
    "/datasources/<int:datasource_id>/catalog/details",
    "/runs/<int:run_id>/comparison/<int:other_id>",
    "/events/recomputations/<int:run_id>",
    "/v1/recomputations/<int:run_id>",
    "/v1/recomputations/<int:run_id>/changes",
    "/v1/recomputations/<int:run_id>/evidence",
    "/v1/runs/<int:run_id>/cancellation",
    "/v1/runs/<int:run_id>/comparison/<int:other_id>",
}
WRITTEN_BY_ASKING = {"sign_ins", "api_tokens", "audit_entries"}  # by the tokens that the test makes
TELEMETRY = {"telemetry_events", "metric_values", "metric_series"}


@pytest.fixture
def acme(app, browse, connection_fields) -> dict[str, Any]:
    """Values for addresses: one of everything that Acme has, each with MARK in its name; and its people."""
    dana = make_user("dana", f"{MARK} Ltd", Role.ADMIN)
    source = make_datasource(dana, connection_fields, f"{MARK} source")

    def made(path: str, body: dict[str, Any], number: str = "id") -> Any:
        answer = browse(dana).api("POST", path, body)
        assert answer.status_code in (200, 201, 202), (path, answer.text)
        return answer.json[number]

    sql = f"select date '2026-01-01' as day, 1 as n, '{MARK}' as a"
    query = made("/v1/queries", {"name": f"{MARK} query", "datasource_id": source.id, "sql": sql})
    runs = [made("/v1/runs", {"query_id": query}) for _ in range(2)]
    for run in runs:
        finish(run)
    chart = {"query_id": query, "name": f"{MARK} chart", "kind": "line", "x": "day", "y": "n"}
    drawn = browse(dana).post(f"/queries/{query}/visualizations", chart)
    assert drawn.status_code < 400, drawn.text
    with db.new_session() as session:
        visualization = session.scalar(text("select max(id) from visualizations"))
    tile = {"kind": "visualization", "visualization_id": visualization, "x": 0, "y": 0, "w": 6, "h": 5}
    dashboard = made("/v1/dashboards", {"name": f"{MARK} board", "tiles": [tile]})
    daily = {"kind": "daily", "at": "06:00", "time_zone": "Europe/Berlin"}
    wall = browse(dana).api("POST", f"/v1/dashboards/{dashboard}/walls", {"name": f"{MARK} wall"}).json
    schedule = made("/v1/schedules", {"query_id": query, **daily})
    slug = made("/v1/event-sources", {"slug": "acme-only", "provider_name": MARK}, "slug")
    asked = {"dataset": "runs", "period": "last 30 days", "dimensions": ["state"], "measures": ["run_count"]}
    report = made("/v1/saved-reports", {"name": f"{MARK} report", **asked})
    answer = made(f"/v1/saved-reports/{report}/answers", {})
    invite = made("/v1/invites", {"email": "acme-only@example.com"})
    with db.transaction() as session:
        notice = session.scalar(
            insert(Notice)
            .values(
                org_id=dana.org_id, user_id=dana.user_id, kind="schedule.failed", tone="danger", title=MARK
            )
            .returning(Notice.id)
        )
    with db.new_session() as session:
        opened = wall_of_token(session, wall["token"])
        assert opened is not None
        mark = mark_of(opened, runs[0])
    return {
        "dana": dana,
        "datasource_id": source.id,
        "query_id": query,
        "id": query,
        "run_id": runs[0],
        "other_id": runs[1],
        "visualization_id": visualization,
        "dashboard_id": dashboard,
        "wall_id": wall["id"],
        "token": wall["token"],
        "mark": mark,
        "schedule_id": schedule,
        "slug": slug,
        "notice_id": notice,
        "report_id": report,
        "answer_id": answer,
        "user_id": dana.user_id,
        "org_id": dana.org_id,
        "invite_id": invite,
        "token_id": 1,
        "sign_in_id": 1,
    }


@pytest.fixture
def bob_of_acme(app, acme) -> Browser:
    return Browser(app, make_user("bob", acme["dana"].org_name, Role.VIEWER))


@pytest.fixture
def stranger(app) -> Browser:
    """An admin of another org, with a cookie for pages."""
    return Browser(app, make_user("charlie", "Other", Role.ADMIN))


def test_the_stranger_finds_nothing_and_changes_nothing(installed, acme, stranger):
    before = all_rows()
    found = {}
    for rule, method in doors(installed):
        if rule.arguments and not rule.rule.startswith(OF_EACH):
            answer = knock(stranger, rule, method, acme | NO_TOKEN)
            assert MARK not in answer.text, rule
            if answer.status_code != 404:
                found[f"{method} {rule.rule}"] = answer.status_code
    assert found == READ_FIRST
    assert all_rows() == before


def test_no_list_names_what_is_anothers(installed, acme, stranger):
    named = []
    for rule, method in doors(installed):
        if method == "GET" and (not rule.arguments or rule.rule.startswith(OF_EACH)):
            answer = knock(stranger, rule, method, acme)
            assert answer.status_code < 500, rule
            if MARK in answer.text:
                named.append(rule.rule)
    assert named == []


def test_a_strangers_body_cannot_name_what_is_anothers(acme, stranger):
    before = all_rows()
    source, query, chart = acme["datasource_id"], acme["query_id"], acme["visualization_id"]
    tile = {"kind": "visualization", "visualization_id": chart, "x": 0, "y": 0, "w": 6, "h": 5}
    daily = {"kind": "daily", "at": "06:00", "time_zone": "Europe/Berlin"}
    for path, body in (
        ("/v1/runs", {"datasource_id": source, "sql": "select 1"}),
        ("/v1/runs", {"query_id": query}),
        ("/v1/queries", {"name": "Mine", "datasource_id": source, "sql": "select 1"}),
        ("/v1/dashboards", {"name": "Mine", "tiles": [tile]}),
        ("/v1/schedules", {"query_id": query, **daily}),
        ("/v1/schedules", {"dashboard_id": acme["dashboard_id"], **daily}),
        ("/v1/events", {"source": acme["slug"], "external_ref": "1", "occurred_at": "2026-01-01T00:00:00Z"}),
    ):
        answer = stranger.api("POST", path, body)
        assert answer.status_code in (404, 422), (path, body, answer.text)
        assert MARK not in answer.text
    assert all_rows() == before


def test_its_own_people_find_it(installed, acme, browse):
    """So that a 404 of the stranger's means that he is one."""
    dana = browse(acme["dana"])
    missing = {
        rule.rule
        for rule, method in doors(installed)
        if method == "GET"
        and rule.arguments
        and not rule.rule.startswith(OF_EACH)
        and knock(dana, rule, method, acme).status_code == 404
    }
    assert missing == NOT_MADE


def test_a_viewer_is_refused_what_is_not_for_viewers(installed, acme, browse, bob_of_acme):
    let_in = {}
    for rule, method in doors(installed):
        role = installed.view_functions[rule.endpoint].guarded_by
        if isinstance(role, Role) and role is not Role.VIEWER:
            status = knock(bob_of_acme, rule, method, acme).status_code
            if status != 403:
                let_in[f"{method} {rule.rule}"] = status
    assert let_in == {}


def doors(app: Any) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in PUBLIC
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def knock(browser: Browser, rule: Rule, method: str, acme: dict[str, Any]) -> Any:
    """Fails for an address with a new kind of number: make one in `acme`, so that it is tried."""
    values = PLAIN | acme
    unknown = set(rule.arguments) - values.keys()
    assert not unknown, f"{rule.rule}: `acme` has no {unknown}"
    _, path = rule.build({name: values[name] for name in rule.arguments}) or ("", "")
    if rule.rule.startswith("/v1/"):
        return browser.api(method, path, {} if method in UNSAFE else None)
    return browser.get(path) if method == "GET" else browser.post(path)


def all_rows() -> dict[str, str]:
    """A hash of each table."""
    with db.new_session() as session:
        names = session.scalars(
            text(
                "select relname from pg_class where relnamespace = 'public'::regnamespace"
                " and relkind in ('r', 'p') and not relispartition"
            )
        )
        return {
            name: session.scalar(text(f"select md5(string_agg(t::text, '' order by t::text)) from {name} t"))
            for name in names.all()
            if name not in WRITTEN_BY_ASKING | TELEMETRY
        }
