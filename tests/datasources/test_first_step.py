"""The home page offers the first step to those who may take it."""

import pytest


@pytest.mark.parametrize(("who", "offered"), [("dana", True), ("alice", False), ("bob", False)])
def test_only_an_admin_is_sent_to_the_form(request, browse, who, offered):
    answer = browse(request.getfixturevalue(who)).get("/")
    assert answer.status_code == 200
    assert ('href="/datasources/new"' in answer.text) is offered
