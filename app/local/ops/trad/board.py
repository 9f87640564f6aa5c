"""The back office's dashboard, as it hangs on the wall of the desk that settles."""

from app.local.ops.pack import MINUTE, Board, Placed

WORDS = """\
**{{ markets }}**

An instruction *fails* from the cut-off of its due date until it is settled. A *break* is a disagreement with
the counterparty; it is old after **{{ hours }} hours**. Trends show {{ period }}. Amounts are in US dollars.
"""

TEN = {"most": 10}
DAYS = {"days": "last 3 days"}

BOARD = Board(
    "Trad: settlement desk",
    "What must be done before the next cut-off, what fails, and whom to call.",
    (
        # Pages of twelve rows, as a wall of 900 px turns them.
        Placed(0, 0, 12, 1, text="Now"),
        Placed(0, 1, 3, 3, ("Settlement now", "Failing"), max_stale_ms=MINUTE),
        Placed(3, 1, 3, 3, ("Settlement now", "Failing value"), max_stale_ms=MINUTE),
        Placed(6, 1, 3, 3, ("Settlement now", "Settled on time"), max_stale_ms=MINUTE),
        Placed(9, 1, 3, 3, ("Open breaks", "Old breaks"), max_stale_ms=MINUTE),
        Placed(0, 4, 9, 7, ("Next cut-offs", "Cut-offs"), max_stale_ms=MINUTE),
        Placed(9, 4, 3, 7, text=WORDS, title="How to read it"),
        Placed(0, 11, 12, 1, text="Breaks"),
        Placed(0, 12, 12, 11, ("Breaks to work on", "Queue"), max_stale_ms=MINUTE),
        Placed(0, 23, 5, 5, ("Age of open breaks", "By age"), max_stale_ms=MINUTE),
        Placed(5, 23, 7, 5, ("Paths of the oldest breaks", "States"), max_stale_ms=MINUTE, fixed=TEN),
        Placed(0, 28, 12, 1, text="Settlement and trading"),
        Placed(0, 29, 5, 6, ("Settlement by due date", "Late share"), max_stale_ms=5 * MINUTE),
        Placed(5, 29, 7, 6, ("Value traded by day", "Value traded, M USD"), max_stale_ms=5 * MINUTE),
        Placed(0, 35, 7, 6, ("Late by counterparty", "Counterparties"), max_stale_ms=5 * MINUTE),
        Placed(7, 35, 5, 3, ("Orders of the session", "Orders"), max_stale_ms=MINUTE),
        Placed(7, 38, 5, 3, ("Orders by hour", "Orders by hour"), max_stale_ms=5 * MINUTE, fixed=DAYS),
        Placed(0, 41, 12, 1, text="Markets and feeds"),
        Placed(0, 42, 6, 5, ("Hours of the markets", "Hours"), max_stale_ms=60 * MINUTE),
        Placed(6, 42, 6, 5, ("Feeds of the back office", "Feeds"), max_stale_ms=MINUTE),
    ),
    refresh_s=60,
    cron="0 6 * * 1-5",
    zone="Europe/London",
)
