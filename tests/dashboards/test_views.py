"""Who opened a dashboard is written down, and can be asked about."""

from app.reporting.project import project
from tests.reporting.asking import EVER


def test_each_opening_of_a_dashboard_becomes_a_fact_and_polling_does_not(browse, alice, bob, charlie):
    made = browse(alice).api("POST", "/v1/dashboards", {"name": "Wall"}).json["id"]
    browse(bob).get(f"/dashboards/{made}")
    browse(bob).get(f"/dashboards/{made}?wall=60")
    browse(bob).get(f"/dashboards/{made}/pulse")
    browse(charlie).get(f"/dashboards/{made}")
    project()
    question = {"dataset": "dashboard_views", "time_range": EVER, "measures": ["view_count", "person_count"]}
    by_name = browse(alice).api("POST", "/v1/reports/query", {**question, "dimensions": ["dashboard"]})
    assert by_name.json["rows"] == [{"dashboard": "Wall", "view_count": 2, "person_count": 1}]
