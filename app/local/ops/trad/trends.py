"""The slower queries of the back office: days, hours, counterparties, feeds."""

from app.local.demo_saved import Chart
from app.local.ops.pack import query
from app.local.ops.trad.queries import AMBER, CALENDAR, MARKETS, PERIOD, RED, SETTLED, TRADED
from app.queries.parameters import Declared, ParameterKind

DUE = query(
    "trad",
    "by_due_date",
    "Settlement by due date",
    "What became of the instructions of each due date, and what is still to come.",
    (PERIOD, MARKETS),
    Chart(
        "Not settled by the cut-off",
        "bar",
        {"x": "due_date", "y": ["settled late", "failing"], "stacked": True},
    ),
    Chart("Late share", "line", {"x": "due_date", "y": ["late, %"], "lines": "2 Target; 4 Limit"}),
    watermark=SETTLED,
)

VALUE = query(
    "trad",
    "traded",
    "Value traded by day",
    "By the markets' own days, in millions of US dollars. Marked: month ends and expiries.",
    (PERIOD, MARKETS),
    Chart(
        "Value traded, M USD",
        "bar",
        {"x": "day", "y": ["M USD"], "series": "market", "stacked": True, "annotations": CALENDAR.name},
    ),
    watermark=TRADED,
)

HOURLY = query(
    "trad",
    "orders_by_hour",
    "Orders by hour",
    "How busy each market was.",
    (Declared("days", ParameterKind.TIMESTAMP_RANGE, "last 3 days", label="Days"), MARKETS),
    Chart("Orders by hour", "area", {"x": "hour", "y": ["orders"], "series": "market"}),
    watermark=TRADED,
)

COUNTERPARTIES = query(
    "trad",
    "counterparties",
    "Late by counterparty",
    "How often the instructions with each one miss their cut-off, and what fails now.",
    (PERIOD, MARKETS),
    Chart(
        "Counterparties",
        "table",
        {"columns": [
            {"name": "counterparty", "frozen": True},
            {"name": "failing now"},
            {"name": "failing, USD", "number": {"thousands": True}, "bar": True, "total": "sum"},
            {"name": "instructions", "number": {"thousands": True}},
            {"name": "late", "number": {"thousands": True}},
            {"name": "late, %", "number": {"decimals": 2, "unit": "%"}, "rules": [
                {"op": "ge", "value": "5", "colour": RED},
                {"op": "ge", "value": "3", "colour": AMBER},
            ]},
        ]},
    ),
    watermark=SETTLED,
)  # fmt: skip

HOURS = query(
    "trad",
    "hours",
    "Hours of the markets",
    "When each market trades and takes deliveries, from yesterday to the day after tomorrow.",
    (MARKETS,),
    Chart("Hours", "timeline", {"start": "from", "end": "to", "state": "phase", "lane": "market"}),
)

FEEDS = query(
    "trad",
    "feeds",
    "Feeds of the back office",
    "How far each source has delivered, and whether that is late.",
    (MARKETS,),
    Chart(
        "Feeds",
        "table",
        {"columns": [
            {"name": "feed", "frozen": True},
            {"name": "events up to", "ageing": {"old_s": 900, "very_old_s": 1800}},
            {"name": "behind, s", "number": {"thousands": True, "unit": "s"}},
            {"name": "allowed, s", "number": {"thousands": True, "unit": "s"}},
            {"name": "state", "rules": [
                {"op": "eq", "value": "late", "colour": AMBER},
                {"op": "eq", "value": "hangs", "colour": RED},
                {"op": "eq", "value": "on time", "colour": "green"},
            ]},
        ]},
    ),
)  # fmt: skip

TRENDS = (FEEDS, HOURS, COUNTERPARTIES, HOURLY, VALUE, DUE)
