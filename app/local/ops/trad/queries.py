"""The queries of the back office: what fails, what breaks, what must be done by when."""

import json

from app.local.demo_saved import Chart
from app.local.ops.pack import query
from app.queries.parameters import Choice, Declared, ParameterKind
from app.queries.watermark import Watermark

PLACES = ("New York", "Toronto", "London", "Frankfurt", "Tokyo", "Hong Kong")
MARKETS = Declared(
    "markets",
    ParameterKind.CHOICES,
    json.dumps(PLACES),
    label="Markets",
    choices=tuple(map(Choice, PLACES)),
)
PERIOD = Declared("period", ParameterKind.DATE_RANGE, "last 30 days", label="Period")
SETTLED = Watermark(sql="SELECT min(up_to) FROM feeds WHERE of = 'settlement'")
TRADED = Watermark(sql="SELECT min(up_to) FROM feeds WHERE of = 'orders'")
RED, AMBER = "red", "amber"


def _is(value: str, colour: str) -> dict[str, str]:
    return {"op": "eq", "value": value, "colour": colour}


CALENDAR = query(
    "trad", "calendar", "Trading calendar", "Month ends and expiries, on which more is traded.", ()
)

SETTLEMENT = query(
    "trad",
    "settlement_now",
    "Settlement now",
    "What fails at this moment, and how much of the latest due date settled by its cut-off.",
    (MARKETS,),
    Chart(
        "Failing",
        "stat",
        {"value": "failing", "label": "instructions past their cut-off", "previous": "a day ago",
         "better": "lower", "target": 100, "warn": 120, "bad": 200},
    ),
    Chart(
        "Failing value",
        "stat",
        {"value": "failing_musd", "label": "of the failing instructions", "unit": "M USD", "better": "lower",
         "target": 20, "warn": 25, "bad": 50},
    ),
    Chart(
        "Settled on time",
        "stat",
        {"value": "on_time_percent", "label": "of the latest due date", "unit": "%",
         "target": 98, "warn": 97, "bad": 95},
    ),
    watermark=SETTLED,
)  # fmt: skip

SESSION = query(
    "trad",
    "session",
    "Orders of the session",
    "The latest trading day against the one before, as far as it has come.",
    (MARKETS,),
    Chart(
        "Orders",
        "stat",
        {"value": "orders", "label": "of the latest session", "previous": "the session before"},
    ),
    Chart(
        "Rejected",
        "stat",
        {
            "value": "rejected_percent",
            "label": "Rejected",
            "unit": "%",
            "better": "lower",
            "warn": 3,
            "bad": 5,
        },
    ),
    watermark=TRADED,
)

CUT_OFFS = query(
    "trad",
    "cut_offs",
    "Next cut-offs",
    "The last minute for deliveries of each market, and what is still to settle by then.",
    (MARKETS,),
    Chart(
        "Cut-offs",
        "table",
        {"columns": [
            {"name": "market", "frozen": True},
            {"name": "cut-off"},
            {"name": "time left"},
            {"name": "minutes", "number": {"thousands": True}, "rules": [
                {"op": "lt", "value": "30", "colour": RED},
                {"op": "lt", "value": "120", "colour": AMBER},
            ]},
            {"name": "unmatched", "rules": [{"op": "ge", "value": "10", "colour": AMBER}], "total": "sum"},
            {"name": "open, M USD", "number": {"decimals": 1}, "bar": True, "total": "sum"},
        ]},
    ),
    watermark=SETTLED,
)  # fmt: skip

BREAKS = query(
    "trad",
    "breaks_now",
    "Open breaks",
    "How many are open, how many of them for long, and how many nobody has taken.",
    (Declared("hours", ParameterKind.INTEGER, "12", label="Old after, hours"), MARKETS),
    Chart(
        "Old breaks",
        "stat",
        {"value": "old", "label": "open, and old", "better": "lower", "target": 0, "warn": 15, "bad": 40},
    ),
    Chart("Open breaks", "stat", {"value": "open", "label": "Open breaks", "previous": "a day ago",
                                  "better": "lower"}),
    watermark=SETTLED,
)  # fmt: skip

QUEUE = query(
    "trad",
    "breaks_queue",
    "Breaks to work on",
    "The failing ones first, then by age.",
    (MARKETS, Declared("least_usd", ParameterKind.INTEGER, "0", label="Breaks from, USD")),
    Chart(
        "Queue",
        "table",
        {"columns": [
            {"name": "reference", "frozen": True},
            {"name": "open since", "ageing": {"old_s": 4 * 3600, "very_old_s": 24 * 3600}},
            {"name": "cut-off", "rules": [_is("failing", RED), _is("soon", AMBER)]},
            {"name": "state", "rules": [_is("new", AMBER), _is("in work", "blue")]},
            {"name": "kind"},
            {"name": "counterparty"},
            {"name": "market"},
            {"name": "owner", "rules": [_is("nobody", AMBER)]},
            {"name": "amount, USD", "number": {"thousands": True}, "bar": True, "total": "sum"},
            {"name": "difference, USD", "number": {"thousands": True}, "total": "sum"},
        ]},
    ),
    watermark=SETTLED,
)  # fmt: skip

AGEING = query(
    "trad",
    "breaks_ageing",
    "Age of open breaks",
    "Open breaks by how long they are, and of what kind.",
    (MARKETS,),
    Chart(
        "By age", "bar", {"x": "age", "y": ["breaks"], "series": "kind", "stacked": True, "horizontal": True}
    ),
    watermark=SETTLED,
)

STATES = query(
    "trad",
    "break_states",
    "Paths of the oldest breaks",
    "Which state each of the oldest open breaks was in, and for how long.",
    (MARKETS, Declared("most", ParameterKind.INTEGER, "10", label="At most")),
    Chart("States", "timeline", {"start": "since", "state": "state", "lane": "reference"}),
    watermark=SETTLED,
)

WORK = (STATES, AGEING, SESSION, CUT_OFFS, SETTLEMENT, BREAKS, QUEUE)
