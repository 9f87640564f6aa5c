"""The pages where an org and a query say how long results are kept."""

import pytest

from app.core import db
from app.queries.models import Query
from tests.makers import make_query


def org_days(browser) -> tuple[int | None, int | None]:
    said = browser.api("GET", "/v1/retention").json
    return said["result_days"], said["newest_result_days"]


def test_an_admin_says_it_for_the_org_and_everybody_reads_it(browse, bob, dana, charlie):
    sent = {"result_days": "7", "newest_result_days": ""}
    answer = browse(dana).post("/settings/retention", sent, htmx=True)
    assert answer.status_code == 200 and "Saved." in answer.text and 'value="7"' in answer.text
    assert org_days(browse(dana)) == (7, None)
    seen = browse(bob).get("/settings/retention").text
    assert "7 days" in seen and "at least 180 days" in seen and "<form class" not in seen
    assert browse(bob).post("/settings/retention", sent).status_code == 403
    assert org_days(browse(charlie)) == (None, None)
    without_script = browse(dana).post("/settings/retention", {"newest_result_days": "9"})
    assert (without_script.status_code, org_days(browse(dana))) == (303, (None, 9))


@pytest.mark.parametrize("days", ["0", "-1", "36501", "soon", "1.5", "9" * 12])
def test_days_that_make_no_sense_are_said_at_their_field(browse, dana, days):
    sent = {"result_days": days, "newest_result_days": "9"}
    for htmx in (True, False):
        answer = browse(dana).post("/settings/retention", sent, htmx=htmx)
        assert answer.status_code == 422 and 'id="field-result_days-error"' in answer.text
        assert f'value="{days}"' in answer.text
    assert org_days(browse(dana)) == (None, None)


def test_an_editor_says_it_for_a_query_and_the_org_lists_it(browse, alice, bob, dana, charlie, source):
    query = make_query(alice, source, name="Long <ago>")
    path = f"/queries/{query.id}/retention"
    assert "30 days, as everywhere in Acme" in browse(bob).get(path).text
    answer = browse(alice).post(path, {"result_days": "400"}, htmx=True)
    assert answer.status_code == 200 and "Saved." in answer.text and "400 days" in answer.text
    assert "Long &lt;ago&gt;" in browse(dana).get("/settings/retention").text
    assert "Long" not in browse(charlie).get("/settings/retention").text
    assert browse(alice).post(path, {"result_days": "none"}).status_code == 422
    assert browse(bob).post(path, {"result_days": "1"}).status_code == 403
    for ask in (browse(charlie).get(path), browse(charlie).post(path, {"result_days": "1"})):
        assert ask.status_code == 404
    with db.new_session() as session:
        assert session.get_one(Query, query.id).result_days == 400
    assert browse(alice).post(path, {"result_days": ""}).status_code == 303
    assert "as everywhere" in browse(alice).get(path).text
