"""A page that refreshes by itself keeps its tiles within their targets."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.dashboards.targets import ahead_ms
from app.runs.models import Run
from tests.browsing import Browser
from tests.dashboards.conftest import drawn, make_dashboard
from tests.dashboards.test_pages import pushed, refresh

Browse = Callable[[Actor | None], Browser]


@pytest.mark.parametrize(
    ("old_s", "every", "runs"),
    [
        (40, "60", 2),  # it would be late before the page comes again
        (20, "60", 1),  # somebody else's page asked lately: that is shared
        (40, "", 1),
        (40, "-60", 1),
        (40, "soon", 1),
        (40, "9" * 30, 2),
    ],
)
def test_what_would_be_late_before_the_next_turn_is_refreshed_in_this_one(
    browse: Browse, bob: Actor, alice: Actor, chart: int, session: Session, old_s: int, every: str, runs: int
) -> None:
    page, dashboard = browse(bob), make_dashboard(alice, drawn(chart, max_stale_ms=60_000))
    refresh(page, dashboard)
    pushed(seconds=old_s)
    sent = page.post(f"/dashboards/{dashboard}/refreshes", {"every": every}, htmx=True)
    assert sent.status_code == 200
    assert session.scalar(select(func.count()).select_from(Run)) == runs


@pytest.mark.parametrize(
    ("every_s", "target_s"), [(30, 60), (60, 60), (60, 300), (300, 300), (300, 900), (900, 86_400)]
)
def test_a_screen_that_comes_often_enough_shows_nothing_late_for_a_whole_turn(
    every_s: int, target_s: int
) -> None:
    """Turns come a tenth too early or too late, as js/dashboards.js spreads them; a run takes no time."""
    late = timedelta()
    for stretch in (0.9, 1.0, 1.1):
        age = 0.0
        for _ in range(50):
            age += every_s * stretch
            late = max(late, timedelta(seconds=age - target_s))
            if age * 1000 > target_s * 1000 - ahead_ms(target_s * 1000, every_s):
                age = 0.0
    assert late <= timedelta(seconds=every_s * 0.6)
