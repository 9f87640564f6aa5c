from typing import Any

import pytest

from app.accounts.allow import Actor
from app.datasources.models import Datasource
from tests.makers import make_datasource


@pytest.fixture
def source(dana: Actor, connection_fields: dict[str, Any]) -> Datasource:
    return make_datasource(dana, connection_fields)
