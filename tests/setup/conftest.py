import psycopg
import pytest


@pytest.fixture
def orders(source_url):
    """A table with three days."""
    days = "select date '2026-01-01' + n / 3 as day from generate_series(0, 8) n"
    with psycopg.connect(source_url, autocommit=True) as owner:
        owner.execute("create schema counted")
        owner.execute(f"create table counted.orders as {days}")
        yield
        owner.execute("drop schema counted cascade")
