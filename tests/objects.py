"""A server that speaks S3 on loopback, and that tests can make fail."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

BUCKET = "results"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test-secret", "AWS_REGION": "us-east-1"}


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


class ObjectStore:
    """Moto's S3 behind a gate: `refuse` answers so to a method, `die_after` stops it at the nth put."""

    def __init__(self) -> None:
        self.refuse: dict[str, str] = {}
        self.die_after: int | None = None
        self.asked: list[tuple[str, str, str]] = []
        self._backend = DomainDispatcherApplication(create_backend_app)
        self._server: BaseWSGIServer | None = None
        self.port = 0

    @property
    def environment(self) -> dict[str, str]:
        return {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}", **KEYS}

    @property
    def client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
            region_name=KEYS["AWS_REGION"],
        )

    def keys(self) -> list[str]:
        return [found["Key"] for found in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", ())]

    def start(self) -> None:
        self._server = make_server(
            "127.0.0.1", self.port, self._answer, threaded=True, request_handler=_Quiet
        )
        self.port = self._server.port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            server, self._server = self._server, None
            server.shutdown()
            server.server_close()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        self.asked.append((method, environ["PATH_INFO"], environ.get("HTTP_RANGE", "")))
        if method == "PUT" and self.die_after is not None:
            self.die_after -= 1
            if self.die_after < 0:
                threading.Thread(target=self.stop).start()
                raise ConnectionAbortedError("the server dies")
        if status := self.refuse.get(method):
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start_response(status, [("Content-Length", "0")])
            return [b""]
        answered: Iterable[bytes] = self._backend(environ, start_response)
        return answered


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """A running server with an empty bucket."""
    server = ObjectStore()
    server.start()
    try:
        reset = f"{server.environment['AWS_ENDPOINT_URL']}/moto-api/reset"
        urlopen(Request(reset, method="POST"), timeout=5).close()  # its state is the process's
        server.client.create_bucket(Bucket=BUCKET)
        yield server
    finally:
        server.stop()
