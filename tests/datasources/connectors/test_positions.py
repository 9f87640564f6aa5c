"""An error points at the character the person typed."""

import pytest

from app.datasources.connectors.base import ConnectorError, FailureReason, Position
from app.datasources.connectors.postgres.connector import PostgresConnector
from tests.datasources.connectors.reading import read, text

SYNTAX = FailureReason.SYNTAX


@pytest.mark.parametrize(
    ("parts", "position"),
    [
        (("selec 1",), Position(0, 0)),
        (("select nope",), Position(0, 7)),
        (("select 'ü東🦉', nope",), Position(0, 14)),
        (("select ", ", nope"), Position(1, 2)),
        (("select 'é', ", " || '東', ", ", nope"), Position(2, 2)),
        (("select ", " || 'a' || nope"), Position(1, 11)),
        (("select 1\n\n  from nowhere",), Position(0, 17)),
        (("select (1",), Position(0, 9)),
        (("select 'a'::int",), Position(0, 7)),
    ],
)
def test_an_error_points_at_its_place(
    parts: tuple[str, ...], position: Position, connector: PostgresConnector
) -> None:
    values = tuple(text("v") for _ in parts[1:])
    with pytest.raises(ConnectorError) as failed:
        read(connector, *parts, values=values, comment="run 7 of ü")
    assert failed.value.position == position


def test_an_error_of_a_value_points_before_its_placeholder(connector: PostgresConnector) -> None:
    with pytest.raises(ConnectorError) as failed:
        read(connector, "select 1 where true and ", "", values=(text("v"),))
    assert failed.value.position == Position(0, 24)
    assert failed.value.reason is SYNTAX


def test_the_servers_hint_is_handed_on(connector: PostgresConnector) -> None:
    with pytest.raises(ConnectorError) as failed:
        read(connector, "select relnam from pg_class")
    assert failed.value.message == 'column "relnam" does not exist'
    assert failed.value.hint
    assert failed.value.hint.startswith('Perhaps you meant to reference the column "pg_class.relname"')


def test_an_error_while_rows_stream_has_the_servers_words(connector: PostgresConnector) -> None:
    with pytest.raises(ConnectorError) as failed:
        read(connector, "select 1 / (20000 - i) from generate_series(1, 30000) i")
    assert (failed.value.reason, failed.value.message) == (FailureReason.QUERY, "division by zero")
