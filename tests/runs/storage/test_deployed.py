"""As it is deployed: a worker puts a result into a bucket, a web server under gevent reads it."""

import json
import time
import urllib.error
import urllib.request
from pathlib import Path

from flask import Flask

from app.accounts.allow import Actor
from app.accounts.tokens import create_token
from app.core import db
from app.datasources.models import Datasource
from tests.live import Installation
from tests.makers import read_run, start
from tests.objects import BUCKET, object_store

PATIENCE_S = 60


def test_a_worker_puts_and_the_web_server_reads(
    app: Flask, environment: dict[str, str], alice: Actor, source: Datasource, tmp_path: Path
) -> None:
    with db.transaction() as session:
        token = create_token(session, alice, "test")
    with object_store() as bucket:
        settings = {"PLUMB_RESULTS_URL": f"s3://{BUCKET}/deep/er", "PLUMB_RESULTS_THRESHOLD": "100000"}
        with Installation({**environment, **settings, **bucket.environment}, tmp_path / "log") as live:
            run_id = start(alice, source, "select i, md5(i::text) as t from generate_series(1, 45000) i")
            _until_settled(run_id)
            assert read_run(run_id).state == "succeeded"
            assert all(key.startswith(f"deep/er/run-{run_id}-") for key in bucket.keys())  # noqa: SIM118
            path = f"{live.url}/v1/runs/{run_id}"
            assert _get(f"{path}/rows?offset=44999&limit=9", token)[1]["rows"][0][0] == 45_000
            bucket.stop()
            status, problem = _get(f"{path}/rows", token)
            assert (status, problem["code"]) == (503, "result_store_unavailable")
            assert _get(path, token)[0] == 200


def _get(url: str, token: str) -> tuple[int, dict]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def _until_settled(run_id: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while read_run(run_id).state in ("queued", "running"):
        assert time.monotonic() < deadline, "it was never run"
        time.sleep(0.1)
