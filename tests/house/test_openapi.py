"""The document of `/v1` is true: whatever is sent is answered as it says, and never by a 500."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import one_of
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.accounts.tokens import create_token
from app.admin.reference.api import of_app
from app.core import db
from tests.house.test_routes import UNSAFE

EACH = int(os.environ.get("PLUMB_FUZZ", "4"))  # tries of each operation; the release is tried with 200
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def found(app):
    return of_app(app)


def test_it_is_a_valid_document_of_every_route(app, found):
    validate(found)
    routes = {
        (rule.endpoint, m)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/v1/")
        for m in rule.methods
    }
    told = {(o["operationId"], m.upper()) for path in found["paths"].values() for m, o in path.items()}
    assert {
        (f"{name.replace('.', '_')}_{m.lower()}", m) for name, m in routes if m in UNSAFE | {"GET"}
    } == told


def test_it_names_bodies_arguments_and_states(found):
    create = found["paths"]["/v1/runs"]["post"]
    assert set(create["responses"]) >= {"200", "202", "401", "404", "422"}
    body = create["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert "parameters" in found["components"]["schemas"][body]["properties"]
    rows = {
        each["name"]: each["schema"] for each in found["paths"]["/v1/runs/{run_id}/rows"]["get"]["parameters"]
    }
    assert rows["run_id"] == {"type": "integer", "minimum": 0}
    assert rows["limit"] == {"type": "integer"} and "sort" in rows


def test_people_and_programs_can_read_it(browse, bob):
    assert browse(bob).api("GET", "/v1/openapi.json").json["openapi"] == "3.1.0"
    page = browse(bob).get("/reference").text
    assert "/v1/runs/{run_id}/rows" in page and "datasource_id" in page


def test_nothing_that_is_sent_ends_in_a_500_or_an_answer_that_is_not_told(app, acme):
    with db.transaction() as session:
        headers = {"Authorization": f"Bearer {create_token(session, acme['dana'], 'fuzz')}"}
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", app, headers=headers)
    own = {name: acme[name] for name in acme if name.endswith("_id") or name == "slug"}

    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EACH,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)))
        def knock(case):
            for name in own.keys() & case.path_parameters.keys():
                case.path_parameters[name] = own[name]
            case.call_and_validate(headers=headers, checks=CHECKS)

        knock()
