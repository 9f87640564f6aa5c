"""The demo's events: three sources, 25,000 of them over the last 90 days, and snapshots of all reports.

They are drawn by chance, but each time the same for the same last day.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from sqlalchemy import select, update

from app.accounts.allow import Actor
from app.analytics.buckets import DAY, today, widened
from app.analytics.definitions import list_definitions
from app.analytics.events.read import Event, Read
from app.analytics.events.take import take_events
from app.analytics.models import AggregateWindow, EventSource, Window
from app.analytics.recompute.ask import overlapping, start_recompute
from app.analytics.recompute.execute import execute_recompute
from app.analytics.sources.change import SourceBody, create_source
from app.core import db
from app.core.clock import now

COUNT, DAYS, AT_ONCE = 25_000, 90, 5_000
# Slug, provider, description, how many of ten, (status, weight) and the usual milliseconds.
SOURCES = (
    (
        "web-shop",
        "The web shop",
        "Orders of the shop.",
        6,
        (("paid", 88), ("refunded", 5), ("failed", 7)),
        180,
    ),
    (
        "mobile-app",
        "The app",
        "Orders made in the app.",
        3,
        (("paid", 92), ("refunded", 3), ("failed", 5)),
        240,
    ),
    (
        "partners",
        "Partners",
        "Orders that partners hand in by night.",
        1,
        (("paid", 80), ("pending", 20)),
        900,
    ),
)
CUSTOMERS = 400
WEEKDAYS = (10, 11, 11, 12, 14, 8, 6)
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 12, 12, 11, 10, 10, 11, 12, 13, 12, 9, 6, 4, 2)


def load_events(actor: Actor, tell: Callable[[str], None]) -> None:
    """Make whatever is missing of them, as this editor or admin. `core.runtime.configure` comes first."""
    with db.transaction() as session:
        there = select(EventSource.slug).where(EventSource.org_id == actor.org_id)
        known = set(session.scalars(there))
        for slug, name, about, *_ in SOURCES:
            if slug not in known:
                create_source(session, actor, SourceBody(slug=slug, provider_name=name, description=about))
    if known >= {slug for slug, *_ in SOURCES}:
        return
    last, stored = today() - DAY, 0
    events = demo_events(last)
    while some := list(islice(events, AT_ONCE)):
        with db.transaction() as session:
            stored += take_events(session, actor, Read(some, [""] * len(some))).stored
    _build(actor, last)
    tell(f"Loaded {stored:,} events of {len(SOURCES)} sources, with snapshots for three reports.")


def demo_events(last: date) -> Iterator[Event]:
    """The events of the 90 days that end with this one, always the same."""
    chance = random.Random(4711)
    days = [last - number * DAY for number in reversed(range(DAYS))]
    weights = [WEEKDAYS[day.weekday()] * (1 + number / DAYS) for number, day in enumerate(days)]
    shares = [share for _, _, _, share, _, _ in SOURCES]
    for number in range(COUNT):
        slug, _, _, _, statuses, usual_ms = chance.choices(SOURCES, shares)[0]
        day = chance.choices(days, weights)[0]
        hour = chance.choices(range(24), HOURS)[0] if slug != "partners" else chance.randrange(1, 5)
        moment = datetime.combine(day, time(hour), UTC) + timedelta(seconds=chance.randrange(3_600))
        status = chance.choices([word for word, _ in statuses], [weight for _, weight in statuses])[0]
        amount = int(chance.lognormvariate(8, 0.7))
        yield Event(
            source=slug,
            external_ref=f"demo-{number:05}",
            entity_id=f"customer-{int(CUSTOMERS * chance.random() ** 2.2) + 1:03}",
            status=status,
            occurred_at=moment,
            processing_ms=int(usual_ms * chance.lognormvariate(0, 0.5)),
            amount_cents={"refunded": -amount, "failed": None}.get(status, amount),
            payload={"items": chance.randrange(1, 6)},
        )


def _build(actor: Actor, last: date) -> None:
    """Snapshots of every report and window, as one recompute run each."""
    runs = []
    with db.transaction() as session:
        for definition in list_definitions(session, actor.org_id):
            session.refresh(definition, with_for_update=True)
            for window in Window:
                days = widened(last - (DAYS - 1) * DAY, last, window)
                if overlapping(session, definition, window, days) is None:
                    runs.append(start_recompute(session, definition, window, days, "seed", actor).id)
    for run_id in runs:
        execute_recompute(run_id)
    with db.transaction() as session:
        fresh = update(AggregateWindow).where(
            AggregateWindow.org_id == actor.org_id, AggregateWindow.refreshed_at.is_(None)
        )
        session.execute(fresh.values(refreshed_at=now(), tried_at=now()))
