"""What was entered, made into what is stored. No server is asked."""

import pytest

from app.core.errors import Invalid
from app.datasources.describe import describe

ENTERED = {"host": "db", "database": "shop", "user": "reader", "password": "s3cret"}
STORED = ENTERED | {"port": "5432", "sslmode": "prefer"}


def test_defaults_are_filled_in():
    assert describe("postgres", ENTERED) == STORED


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://reader:s3cret@db/shop",
            {"host": "db", "database": "shop", "user": "reader", "password": "s3cret"},
        ),
        (
            "postgresql://a%40b:p%2Fq%20@[::1]:6000/my%20shop?sslmode=require",
            {
                "host": "::1",
                "port": "6000",
                "database": "my shop",
                "user": "a@b",
                "password": "p/q ",
                "sslmode": "require",
            },
        ),
        (
            "postgresql:///shop?host=/var/run/pg&user=me",
            {"host": "/var/run/pg", "database": "shop", "user": "me"},
        ),
    ],
)
def test_a_url_is_split_into_fields(url, expected):
    assert describe("postgres", {"url": url}) == {"port": "5432", "sslmode": "prefer"} | expected


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@a,b/shop?target_session_attrs=any",
        "postgresql://u:p@h:port/shop",
        "postgresql://u:p@h/shop?options=-c%20x%3D1",
        "postgresql://u:p@h/shop#fragment",
        "mysql://u:p@h/shop",
        "nonsense",
    ],
)
def test_a_url_that_says_more_is_kept_whole(url):
    assert describe("postgres", {"url": url, "host": "other"}) == {"url": url}


def test_a_stored_url_stays_until_a_host_is_given():
    stored = {"url": "postgresql://u:p@h/shop?options=x"}
    assert describe("postgres", {"port": "5432", "sslmode": "prefer"}, stored) == stored
    assert describe("postgres", ENTERED, stored) == STORED


def test_a_password_keeps_its_spaces():
    assert describe("postgres", ENTERED | {"password": " a b "})["password"] == " a b "


@pytest.mark.parametrize("change", [{"host": "evil"}, {"port": "1"}, {"user": "eve"}, {"sslmode": "disable"}])
def test_a_stored_secret_must_be_entered_again_for_another_place(change):
    with pytest.raises(Invalid) as caught:
        describe("postgres", ENTERED | {"password": ""} | change, STORED)
    assert set(caught.value.fields) == {"password"}
    assert describe("postgres", ENTERED | {"password": "new"} | change, STORED)["password"] == "new"


def test_without_a_stored_secret_any_place_will_do():
    stored = {name: value for name, value in STORED.items() if name != "password"}
    assert describe("postgres", ENTERED | {"password": "", "host": "new"}, stored)["host"] == "new"


def test_insistence_on_a_superuser_lasts_while_nothing_moves():
    stored = describe("postgres", ENTERED, allow_superuser=True)
    assert stored["allow_superuser"] == "true"
    assert "allow_superuser" in describe("postgres", ENTERED | {"database": "b"}, stored)
    assert "allow_superuser" not in describe("postgres", ENTERED | {"user": "b"}, stored)


def test_errors_never_repeat_a_secret():
    with pytest.raises(Invalid) as caught:
        describe("postgres", ENTERED | {"port": "x", "password": "s3cret\0"})
    assert "s3cret" not in str(caught.value)
