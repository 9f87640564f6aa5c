"""Marked secrets are planted wherever one is taken, all is used, and then they are looked for: nowhere."""

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psutil
import psycopg
import pytest
from sqlalchemy import text

from app.accounts.create import set_password
from app.core import db, redis, runtime
from app.core.clock import now
from app.core.logging import JsonLines
from app.notices.deliver import deliver_due
from app.notices.tell import News, tell
from app.telemetry.write import flush
from tests.house.test_tenants import doors, knock
from tests.makers import finish
from tests.notices.servers import MailServer, WebServer

MARK = "hush-7f3a"
PASSWORD = f"{MARK}-of-a-person"
ROLE, AWAY, IN_URL = f"{MARK}-of-a-role", f"{MARK}-of-one-away", f"{MARK}-in-a-url"
STORE = {"AWS_ACCESS_KEY_ID": f"{MARK}-id", "AWS_SECRET_ACCESS_KEY": f"{MARK}-of-the-store"}
SMTP = f"{MARK}-of-smtp"
METRICS = f"{MARK}-of-metrics"


@pytest.fixture
def heard(app) -> Iterator[io.StringIO]:
    """All that the log holds, from debug on."""
    found = io.StringIO()
    handler = logging.StreamHandler(found)
    handler.setFormatter(JsonLines())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield found
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def planted(app, settings, environment, monkeypatch) -> Iterator[MailServer]:
    for name, value in STORE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    with MailServer() as mail:
        changed = replace(
            settings,
            smtp_host="127.0.0.1",
            smtp_port=mail.port,
            smtp_security="none",
            smtp_user="plumb",
            smtp_password=SMTP,
            smtp_from="plumb@example.com",
            metrics_token=METRICS,
            private_webhooks=True,
        )
        runtime.configure(changed)
        yield mail
    runtime.configure(settings)


def test_no_secret_is_found_anywhere(
    app, planted, heard, acme, browse, connection_fields, servers, environment, settings, monkeypatch
):
    dana = browse(acme["dana"])
    secrets = {PASSWORD, ROLE, AWAY, IN_URL, SMTP, METRICS, *STORE.values(), settings.secret_key}
    secrets |= set(settings.secrets_keys.split(","))
    said: list[str] = []

    def call(method: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = dana.api(method, path, body, **more)
        secrets.add(answer.request.headers["Authorization"].removeprefix("Bearer "))
        said.append(answer.text)
        return answer.json

    # Datasources: one that works, one that is away, a wrong password, URLs that are kept whole or refused.
    with psycopg.connect(servers[0].admin_url, autocommit=True) as admin:
        admin.execute(f"create role hushed login password '{ROLE}'")
    works = connection_fields | {"user": "hushed", "password": ROLE}
    away = works | {"host": "127.0.0.1", "port": "1", "password": AWAY}
    wrong = works | {"password": AWAY}
    address = f"postgresql://hushed:{IN_URL}@127.0.0.1:1/source"
    numbers = []
    for number, fields in enumerate(
        [works, away, wrong, {"url": f"{address}?options=-cwork_mem%3D1MB"}, {"url": f"{address}?sslkey=/x"}]
    ):
        sent = {"kind": "postgres", "name": f"Hushed {number}", "connection": fields}
        found = call("POST", "/v1/datasources", sent)
        numbers += [found["id"]] if "id" in found else []
        said.append(
            dana.post("/datasources/test", {"kind": "postgres", "name": "x"} | fields, htmx=True).text
        )
    for number in numbers:
        for sql in (
            "select 1 as n",
            "select current_setting('x')",
            "select no",
            "select passwd from pg_shadow",
        ):
            run = call("POST", "/v1/runs", {"datasource_id": number, "sql": sql})["id"]
            finish(run)
            for part in ("", "/evidence", "/rows"):
                call("GET", f"/v1/runs/{run}{part}")
            said.append(dana.get(f"/runs/{run}").text)
        said.append(dana.get(f"/datasources/{number}").text)

    # A result for a store that is away.
    monkeypatch.setattr(
        runtime, "_settings", replace(runtime.settings(), results_url="s3://bucket/x", results_threshold=1)
    )
    many = "select i, repeat(md5(i::text), 10) as t from generate_series(1, 30000) i"
    stored = call("POST", "/v1/runs", {"datasource_id": numbers[0], "sql": many})
    finish(stored["id"])
    lost = call("GET", f"/v1/runs/{stored['id']}")
    assert lost["failure"] and lost["failure"]["reason"] == "not_stored", lost

    # People: a password, wrong ones, a sign-in; a webhook that refuses, a mail server that knows no sign-in.
    with db.transaction() as session:
        set_password(session, acme["dana"], PASSWORD)
    anonymous = browse(None)
    form = {"email": "dana@example.com", "password": PASSWORD}
    said.append(anonymous.post("/sign-in", form | {"password": f"{PASSWORD}-not"}).text)
    assert anonymous.post("/sign-in", form).status_code == 303
    with anonymous.client.session_transaction() as cookie:
        secrets.add(cookie["_user_id"])
    dana = browse(acme["dana"])
    with dana.client.session_transaction() as cookie:
        secrets.add(cookie["_user_id"])
    with WebServer() as web:
        web.status = 500
        secrets.add(dana.api("POST", "/v1/webhook", {"url": web.url}).json["secret"])
        with db.transaction() as session:
            tell(session, acme["dana"].org_id, [acme["dana"].user_id], News("test", "A test", "Why.", "/"))
        deliver_due(now())
    wall: dict[str, str] = dana.api(
        "POST", f"/v1/dashboards/{acme['dashboard_id']}/walls", {"name": "Hall"}
    ).json
    secrets.add(wall["token"])
    anonymous = browse(None)
    assert anonymous.get(f"/wall/{wall['token']}").status_code == 200
    bearer = {"Authorization": f"Bearer {METRICS}"}
    assert anonymous.client.get("/metrics", headers=bearer).status_code == 200

    # Everything that can be looked at.
    for rule, method in doors(app):
        if method == "GET":
            said.append(knock(dana, rule, method, acme).text)
    flush()
    places = {
        "answers": "\n".join(said),
        "log": heard.getvalue(),
        "database": stored_text(),
        "redis": redis_text(),
        "activity": activity(servers[0].admin_url),
        "processes": processes(),
    }
    assert all(places.values()) and "/v1/runs" in places["log"]
    found = {
        (place, secret[:20])
        for place, words in places.items()
        for secret in forms(secrets)
        if secret in words
    }
    assert found == set()


def forms(secrets: set[str]) -> set[str]:
    """As they are, and as Postgres prints bytes."""
    assert all(len(secret) >= 8 for secret in secrets)
    return secrets | {secret.encode().hex() for secret in secrets}


def stored_text() -> str:
    """All that our own database holds."""
    with db.new_session() as session:
        tables = session.scalars(
            text("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
        )
        parts = [session.scalars(text(f'select t::text from "{name}" t')).all() for name in tables.all()]
    return "\n".join(line for part in parts for line in part)


def redis_text() -> str:
    client, parts = redis.client(), []
    for key in client.scan_iter(count=1000):
        parts += [key, client.dump(key) or b""]
    return (
        " ".join(part.decode("latin-1") if isinstance(part, bytes) else str(part) for part in parts) or "none"
    )


def activity(url: str) -> str:
    with psycopg.connect(url) as admin:
        return "\n".join(row[0] or "" for row in admin.execute("select query from pg_stat_activity"))


def processes() -> str:
    lines = []
    for process in psutil.process_iter(["cmdline"]):
        lines.append(" ".join(process.info["cmdline"] or []))
    return "\n".join(lines)
