"""`GET /v1/queries/ID/result`: run, freshness and first rows in one response."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.accounts.allow import Actor
from app.accounts.models import ApiToken
from app.accounts.tokens import create_token, revoke_token
from app.core import db, redis
from app.core.clock import now
from app.datasources.archive import archive_datasource
from app.datasources.models import Datasource
from app.queries.models import Query
from app.queries.parameters import Choice, Declared, ParameterKind
from app.queries.save import save_version
from app.runs.execute import execute_run
from app.runs.freshness import ready
from app.runs.freshness.ready import Shelf
from app.runs.models import ResultChunk, Run
from app.saved.archive import archive
from tests.browsing import Browser
from tests.makers import make_query, read_run

Browse = Callable[[Actor | None], Browser]
PARAMETERS = (
    Declared("n", ParameterKind.INTEGER, "3"),
    Declared("period", ParameterKind.DATE_RANGE, "2013-01-01", "2013-01-31"),
)
SQL = "select i, {{ period.start }} as first, {{ period.end }} as last from generate_series(1, {{ n }}) i"


@pytest.fixture(autouse=True)
def cold() -> Iterator[None]:
    """Numbers begin again in each test, and what is kept ready knows numbers."""
    ready.questions, ready.bodies = Shelf(ready.MOST_QUESTIONS), Shelf(ready.MOST_BYTES)
    yield


@pytest.fixture
def query(alice: Actor, source: Datasource) -> Query:
    return make_query(alice, source, SQL, parameters=PARAMETERS)


def ask(browser: Browser, query: Query, more: str = "", status: int = 200) -> dict[str, Any]:
    answer = browser.api("GET", f"/v1/queries/{query.id}/result?max_stale_ms=60000{more}")
    assert answer.status_code == status, answer.text
    return dict(answer.get_json())


def settled(browser: Browser, query: Query, more: str = "") -> int:
    """Number of the run that a first request started."""
    run_id = int(ask(browser, query, more, 202)["run"]["id"])
    execute_run(run_id)
    return run_id


def age(run_id: int, seconds: int) -> None:
    then = now() - timedelta(seconds=seconds)
    with db.transaction() as session:
        session.execute(update(Run).where(Run.id == run_id).values(queued_at=then, started_at=then))


def test_the_first_request_starts_a_run_the_next_joins_and_then_it_is_given(
    browse: Browse, bob: Actor, query: Query
) -> None:
    first = browse(bob).api("GET", f"/v1/queries/{query.id}/result?max_stale_ms=60000")
    assert (first.status_code, first.get_json()["freshness"]["cache"]) == (202, "miss")
    run_id = first.get_json()["run"]["id"]
    assert first.headers["Location"] == f"/v1/runs/{run_id}"
    second = ask(browse(bob), query, status=202)
    assert (second["run"]["id"], second["freshness"]["cache"]) == (run_id, "joined")
    execute_run(run_id)
    for _ in range(3):
        given = ask(browse(bob), query)
        assert (given["run"]["id"], given["freshness"]["cache"]) == (run_id, "hit")
        assert given["freshness"]["observed"]["state"] == "stale_allowed"
        assert given["rows"] == [[i, "2013-01-01", "2013-01-31"] for i in (1, 2, 3)]
        assert [column["name"] for column in given["columns"]] == ["i", "first", "last"]
    assert read_run(run_id).cache_status == "miss"


def test_values_and_limit_are_those_of_the_address(browse: Browse, bob: Actor, query: Query) -> None:
    values = "&parameters.n=5&parameters.period=2014-02-01..2014-02-28"
    run_id = settled(browse(bob), query, values)
    given = ask(browse(bob), query, values + "&limit=2")
    assert given["rows"] == [[1, "2014-02-01", "2014-02-28"], [2, "2014-02-01", "2014-02-28"]]
    assert (given["run"]["row_count"], given["run"]["id"]) == (5, run_id)
    assert len(ask(browse(bob), query, values)["rows"]) == 5
    assert ask(browse(bob), query, status=202)["freshness"]["cache"] == "miss"


def test_many_choices_are_a_list(browse: Browse, alice: Actor, source: Datasource) -> None:
    declared = Declared("some", ParameterKind.CHOICES, choices=tuple(map(Choice, "abc")))
    query = make_query(alice, source, "select v from unnest({{ some }}) v order by v", parameters=(declared,))
    values = "&parameters.some[]=c&parameters.some[]=a"
    settled(browse(alice), query, values)
    assert ask(browse(alice), query, values)["rows"] == [["a"], ["c"]]
    one = "&parameters.some[]=b"
    settled(browse(alice), query, one)
    assert ask(browse(alice), query, one)["rows"] == [["b"]]


def test_the_age_is_of_this_moment_though_the_rows_are_kept_ready(
    browse: Browse, bob: Actor, query: Query
) -> None:
    run_id = settled(browse(bob), query)
    assert ask(browse(bob), query)["freshness"]["age_ms"] < 30_000
    age(run_id, 40)
    assert ask(browse(bob), query)["freshness"]["age_ms"] >= 40_000
    age(run_id, 90)
    late = ask(browse(bob), query, status=202)["freshness"]
    assert (late["cache"], late["newest"]["run_id"]) == ("miss", run_id)
    assert late["why"].startswith("The newest equal result is 9")


def test_a_newer_result_is_seen_at_once(browse: Browse, alice: Actor, query: Query) -> None:
    settled(browse(alice), query)
    ask(browse(alice), query)
    newer = browse(alice).api("POST", "/v1/runs", {"query_id": query.id}).get_json()["id"]
    execute_run(newer)
    assert ask(browse(alice), query)["run"]["id"] == newer


def test_a_new_version_is_seen_at_once(
    browse: Browse, alice: Actor, bob: Actor, source: Datasource, query: Query
) -> None:
    settled(browse(bob), query)
    ask(browse(bob), query)
    with db.transaction() as session:
        stored = session.get_one(Query, query.id)
        fields = {"name": "One", "description": "", "datasource_id": source.id, "parameters": ()}
        save_version(session, alice, stored, sql="select 'new' as text", based_on=1, **fields)
    run_id = settled(browse(bob), query)
    given = ask(browse(bob), query)
    assert (given["rows"], given["run"]["id"], given["run"]["query_version"]) == ([["new"]], run_id, 2)


def test_an_archived_query_or_datasource_is_seen_at_once(
    browse: Browse, alice: Actor, bob: Actor, dana: Actor, source: Datasource, query: Query
) -> None:
    other = make_query(alice, source, "select 1", "Other")
    for each in (query, other):
        settled(browse(bob), each)
        ask(browse(bob), each)
    with db.transaction() as session:
        archive(session, alice, session.get_one(Query, query.id))
    ask(browse(bob), query, status=404)
    with db.transaction() as session:
        archive_datasource(session, dana, session.get_one(Datasource, source.id))
    ask(browse(bob), other, status=422)


def test_a_revoked_token_stops_at_once(app: Any, bob: Actor, browse: Browse, query: Query) -> None:
    settled(browse(bob), query)
    with db.transaction() as session:
        token = create_token(session, bob, "soon gone")
        token_id = session.scalars(select(ApiToken.id).order_by(ApiToken.id.desc())).first()
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/v1/queries/{query.id}/result?max_stale_ms=60000"
    client = app.test_client()
    assert [client.get(path, headers=headers).status_code for _ in range(3)] == [200] * 3
    with db.transaction() as session:
        assert token_id and revoke_token(session, bob, token_id)
    assert client.get(path, headers=headers).status_code == 401


def test_a_stranger_sees_404_also_when_the_answer_is_ready(
    browse: Browse, bob: Actor, charlie: Actor, query: Query
) -> None:
    settled(browse(bob), query)
    ask(browse(bob), query)
    ask(browse(charlie), query, status=404)


def test_a_result_that_is_gone_is_unavailable_and_brought_again(
    browse: Browse, bob: Actor, query: Query
) -> None:
    run_id = settled(browse(bob), query)
    ask(browse(bob), query)
    with db.transaction() as session:
        session.execute(delete(ResultChunk).where(ResultChunk.run_id == run_id))
    assert ask(browse(bob), query, status=202)["freshness"]["cache"] == "unavailable"


def test_a_result_that_cannot_be_read_is_unavailable_says_why_and_is_brought_again(
    browse: Browse, bob: Actor, query: Query
) -> None:
    run_id = settled(browse(bob), query)
    with db.transaction() as session:
        session.execute(update(ResultChunk).where(ResultChunk.run_id == run_id).values(data=b"nonsense"))
    answer = ask(browse(bob), query, status=202)
    assert (answer["freshness"]["cache"], answer["run"]["id"] != run_id) == ("unavailable", True)
    assert len(answer["freshness"]["why"]) > 10
    execute_run(answer["run"]["id"])
    assert len(ask(browse(bob), query)["rows"]) == 3


def test_a_failing_question_says_so_beside_its_last_good_result(
    browse: Browse, alice: Actor, bob: Actor, query: Query
) -> None:
    settled(browse(bob), query)
    ask(browse(bob), query)
    for _ in range(2):
        failed = browse(alice).api("POST", "/v1/runs", {"query_id": query.id}).get_json()["id"]
        with db.transaction() as session:
            moment = now()
            values = {"state": "failed", "failure_reason": "query", "failure_message": "no luck"}
            times = {"started_at": moment, "beat_at": moment, "finished_at": moment}
            session.execute(update(Run).where(Run.id == failed).values(**values, **times))
    fresh = ask(browse(bob), query)["freshness"]
    assert (fresh["cache"], fresh["failing"]["tries"], fresh["failing"]["reason"]) == ("hit", 2, "query")
    assert (fresh["failing"]["run_id"], fresh["failing"]["message"]) == (failed, "no luck")


def test_a_dead_redis_does_not_matter(
    browse: Browse, bob: Actor, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = settled(browse(bob), query)
    monkeypatch.setattr(redis, "_client", redis.client())  # put back afterwards
    redis.connect("unix:///nowhere/redis.sock")
    ready.bodies = Shelf(ready.MOST_BYTES)
    assert ask(browse(bob), query)["run"]["id"] == run_id
    waiting = ask(browse(bob), query, "&parameters.n=9", 202)["run"]
    assert waiting["state"] == "queued"
    assert browse(bob).get(f"/queries/{query.id}").status_code == 200
    assert browse(bob).get(f"/queries/{query.id}/latest-run", htmx=True).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ("", "max_stale_ms"),
        ("max_stale_ms=soon", "max_stale_ms"),
        ("max_stale_ms=-1", "max_stale_ms"),
        ("max_stale_ms=1000&limit=0", "limit"),
        ("max_stale_ms=1000&limit=10001", "limit"),
        ("max_stale_ms=1000&limit=x", "limit"),
        ("max_stale_ms=1000&n=5", "n"),
        ("max_stale_ms=1000&parameters.m=5", "parameters.m"),
        ("max_stale_ms=1000&parameters.n=five", "parameters.n"),
        ("max_stale_ms=1000&parameters.period=2013", "parameters.period"),
    ],
)
def test_bad_input_is_named_at_its_field_and_starts_nothing(
    browse: Browse, bob: Actor, query: Query, arguments: str, field: str
) -> None:
    answer = browse(bob).api("GET", f"/v1/queries/{query.id}/result?{arguments}")
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, [field])
    with db.new_session() as session:
        assert session.scalars(select(Run.id)).all() == []


def test_a_shelf_forgets_what_was_used_longest_ago_and_takes_nothing_huge() -> None:
    shelf: Shelf[str, str] = Shelf(100)
    for name in "abcdefghij":
        shelf.put(name, name.upper(), 10)
    assert shelf.get("a") == "A"
    shelf.put("k", "K", 10)
    assert (shelf.get("b"), shelf.get("a")) == (None, "A")
    shelf.put("whale", "W", 11)
    assert shelf.get("whale") is None
    shelf.put("a", "A2", 5)
    shelf.put("l", "L", 5)
    assert [shelf.get(name) for name in "acl"] == ["A2", "C", "L"]


def test_of_many_who_find_a_question_old_one_asks_anew() -> None:
    old = ready.Asked(b"asked", 1, now(), time.monotonic() - 2 * ready.ASKED_FOR_S)
    ready.questions.put(("here",), old)
    assert ready.known_question(("here",)) is None
    others = ready.known_question(("here",))
    assert others is not None and others.question == b"asked"
