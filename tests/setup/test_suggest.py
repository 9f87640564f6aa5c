"""The first query over a table, from the names and types of its columns."""

import pytest

from app.setup.suggest import first_query


@pytest.mark.parametrize(
    ("columns", "kind", "of"),
    [
        ([("status", "text"), ("created_at", "timestamp with time zone")], "line", "created_at"),
        ([("id", "bigint"), ("due", "date"), ("ordered_on", "date")], "line", "ordered_on"),
        ([("at", "timestamp(3) without time zone")], "line", "at"),
        ([("id", "uuid"), ("email", "text"), ("country", "character varying(2)")], "bar", "country"),
        ([("id", "text"), ("Kind", "TEXT")], "bar", '"Kind"'),
        ([("open", "boolean")], "bar", "open"),
        ([("tags", "text[]"), ("days", "date[]"), ("n", "numeric(12,2)")], "stat", "count(*)"),
        ([("span", "daterange"), ("t", "time with time zone")], "stat", "count(*)"),
        ([], "stat", "count(*)"),
    ],
)
def test_a_date_becomes_lines_a_category_bars_and_anything_else_one_number(columns, kind, of):
    first = first_query("public", "orders", columns)
    assert first.kind == kind
    assert of in first.sql


def test_names_are_quoted_where_they_must_be():
    first = first_query("Sales", 'order "x"', [("Group", "text")])
    assert 'FROM "Sales"."order ""x"""' in first.sql
    assert 'SELECT "Group" AS label' in first.sql
