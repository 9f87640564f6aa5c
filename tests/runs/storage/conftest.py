from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app.core import runtime
from app.core.settings import Settings
from app.runs.storage import objects
from tests.objects import BUCKET, ObjectStore, object_store
from tests.runs.conftest import source  # noqa: F401


@pytest.fixture
def bucket(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """An installation whose results over 100 kB go to a bucket, in objects of some 200 kB."""
    with object_store() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(objects, "OBJECT_BYTES", 200_000)
        changed = replace(settings, results_url=f"s3://{BUCKET}/here", results_threshold=100_000)
        monkeypatch.setattr(runtime, "_settings", changed)
        yield server
