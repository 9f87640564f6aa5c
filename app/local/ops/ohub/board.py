"""The outage desk's dashboard, as it hangs on the wall of a control room."""

from app.local.ops.pack import MINUTE, Board, Placed

INDICES = """\
Over {{ period }}, all causes, storms too:

- **SAIDI**: customer minutes without power, divided by all customers served. How long each one was without.
- **SAIFI**: customers interrupted, divided by all customers served. How often.
- **CAIDI**: SAIDI divided by SAIFI. How long an interruption lasts for those whom it hits.

An outage that is still open counts up to now. Who got power back early counts up to then.
"""

TEN, HALF_A_DAY = {"most": 10}, {"hours": 12}
LAST = {"window": "last 72 hours"}

BOARD = Board(
    "ohub: power outages in Canada",
    "Who is without power, since when, and when it will be back.",
    (
        # Pages of twelve rows, as a wall of 900 px turns them.
        Placed(0, 0, 12, 1, text="Now"),
        Placed(0, 1, 3, 3, ("Without power now", "Customers out"), max_stale_ms=MINUTE),
        Placed(3, 1, 3, 3, ("Without power now", "Open outages"), max_stale_ms=MINUTE),
        Placed(6, 1, 3, 3, ("Without power now", "Overdue"), max_stale_ms=MINUTE),
        Placed(9, 1, 3, 3, ("Without power now", "Estimate kept"), max_stale_ms=MINUTE),
        Placed(0, 4, 5, 8, ("Without power by province", "Out of 1,000 customers"), max_stale_ms=MINUTE),
        Placed(5, 4, 7, 8, ("Without power over time", "Without power"), max_stale_ms=MINUTE, fixed=LAST),
        Placed(0, 12, 12, 1, text="To restore"),
        Placed(0, 13, 12, 11, ("Outages to restore", "Queue"), max_stale_ms=MINUTE),
        Placed(0, 24, 7, 5, ("Paths of the largest outages", "States"), max_stale_ms=MINUTE, fixed=TEN),
        Placed(7, 24, 5, 5, ("Restoration ahead", "Restoration"), max_stale_ms=MINUTE, fixed=HALF_A_DAY),
        Placed(0, 29, 7, 7, ("Open outages on the map", "Open outages"), max_stale_ms=MINUTE),
        Placed(7, 29, 5, 7, ("Crews", "Crews by province"), max_stale_ms=MINUTE),
        Placed(0, 36, 12, 1, text="Storms and feeds"),
        Placed(0, 37, 7, 6, ("Restoration of storms", "Latest storms"), max_stale_ms=5 * MINUTE),
        Placed(7, 37, 5, 6, ("Causes of outages", "Customer hours by cause"), max_stale_ms=5 * MINUTE),
        Placed(0, 43, 12, 5, ("Feeds of the utilities", "Feeds"), max_stale_ms=MINUTE),
        Placed(0, 48, 12, 1, text="Reliability"),
        Placed(0, 49, 3, 3, ("Reliability", "SAIDI"), max_stale_ms=5 * MINUTE),
        Placed(3, 49, 3, 3, ("Reliability", "SAIFI"), max_stale_ms=5 * MINUTE),
        Placed(6, 49, 3, 3, ("Reliability", "CAIDI"), max_stale_ms=5 * MINUTE),
        Placed(9, 49, 3, 11, text=INDICES, title="How the indices are made"),
        Placed(0, 52, 9, 8, ("Reliability by utility", "Utilities"), max_stale_ms=5 * MINUTE),
    ),
    refresh_s=60,
    cron="0 6 * * *",
    zone="America/Toronto",
)
