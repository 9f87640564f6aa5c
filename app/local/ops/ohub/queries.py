"""The queries of the outage desk: who is without power, since when, and who is on the way."""

import json

from app.local.demo_saved import Chart
from app.local.ops.pack import query
from app.queries.parameters import Choice, Declared, ParameterKind
from app.queries.watermark import Watermark

PLACES = (
    "British Columbia",
    "Alberta",
    "Saskatchewan",
    "Manitoba",
    "Ontario",
    "Quebec",
    "New Brunswick",
    "Nova Scotia",
    "Prince Edward Island",
    "Newfoundland and Labrador",
    "Yukon",
    "Northwest Territories",
    "Nunavut",
)
PROVINCES = Declared(
    "provinces",
    ParameterKind.CHOICES,
    json.dumps(PLACES),
    label="Provinces",
    choices=tuple(map(Choice, PLACES)),
)
REPORTED = Watermark(sql="SELECT min(up_to) FROM feeds")


def _is(value: str, colour: str) -> dict[str, str]:
    return {"op": "eq", "value": value, "colour": colour}


STORMS = query("ohub", "storms", "Storms", "Storms of the last 60 days, as marks on time axes.", ())

OUT = query(
    "ohub",
    "out_now",
    "Without power now",
    "Customers without power, outages that are open, and whether the estimates are kept.",
    (PROVINCES,),
    Chart(
        "Customers out",
        "stat",
        {"value": "customers_out", "label": "without power", "previous": "1 h ago", "better": "lower",
         "target": 15000, "warn": 40000, "bad": 100000},
    ),
    Chart(
        "Open outages",
        "stat",
        {"value": "outages", "label": "reported, not restored", "better": "lower", "target": 60, "warn": 150,
         "bad": 400},
    ),
    Chart(
        "Overdue",
        "stat",
        {"value": "overdue", "label": "past their estimate", "better": "lower", "target": 0, "warn": 5,
         "bad": 25},
    ),
    Chart(
        "Estimate kept",
        "stat",
        {"value": "in_time_percent", "label": "the first one, in 24 hours", "unit": "%", "target": 85,
         "warn": 80, "bad": 65},
    ),
    watermark=REPORTED,
)  # fmt: skip

MAP = query(
    "ohub",
    "by_province",
    "Without power by province",
    "How many of each province's customers are without power.",
    (PROVINCES,),
    Chart(
        "Out of 1,000 customers", "map", {"region": "province", "value": "out of 1,000", "within": "canada"}
    ),
    watermark=REPORTED,
)

POINTS = query(
    "ohub",
    "places",
    "Open outages on the map",
    "Each open outage where its feeder is.",
    (PROVINCES,),
    Chart("Open outages", "map", {"lat": "lat", "lon": "lon", "value": "customers out", "label": "place"}),
    watermark=REPORTED,
)

QUEUE = query(
    "ohub",
    "queue",
    "Outages to restore",
    "The open outages, those with the most customers first.",
    (PROVINCES, Declared("least", ParameterKind.INTEGER, "1", label="Outages from, customers")),
    Chart(
        "Queue",
        "table",
        {"columns": [
            {"name": "outage", "frozen": True},
            {"name": "out since", "ageing": {"old_s": 4 * 3600, "very_old_s": 12 * 3600}},
            {"name": "customers out", "number": {"thousands": True}, "bar": True, "total": "sum"},
            {"name": "estimate", "rules": [_is("overdue", "red"), _is("within 1 h", "green")]},
            {"name": "back in, min", "number": {"thousands": True}, "rules": [
                {"op": "lt", "value": "0", "colour": "red"},
            ]},
            {"name": "state", "rules": [_is("reported", "amber"), _is("repair", "blue")]},
            {"name": "crew", "rules": [_is("none", "amber")]},
        ]},
    ),
    watermark=REPORTED,
)  # fmt: skip

STATES = query(
    "ohub",
    "states",
    "Paths of the largest outages",
    "Which state each of the largest open outages was in, and for how long.",
    (PROVINCES, Declared("most", ParameterKind.INTEGER, "10", label="At most")),
    Chart("States", "timeline", {"start": "since", "state": "state", "lane": "outage"}),
    watermark=REPORTED,
)

CREWS = query(
    "ohub",
    "crews",
    "Crews",
    "What the crews on duty do.",
    (PROVINCES,),
    Chart(
        "Crews by province",
        "bar",
        {"x": "province", "y": ["crews"], "series": "state", "stacked": True, "horizontal": True},
    ),
    watermark=REPORTED,
)

FEEDS = query(
    "ohub",
    "feeds",
    "Feeds of the utilities",
    "How far the reports of each utility have come, and whether that is late.",
    (PROVINCES,),
    Chart(
        "Feeds",
        "table",
        {"columns": [
            {"name": "utility", "frozen": True},
            {"name": "state", "rules": [_is("late", "amber"), _is("hangs", "red"), _is("on time", "green")]},
            {"name": "events up to", "ageing": {"old_s": 900, "very_old_s": 1800}},
            {"name": "behind, s", "number": {"thousands": True, "unit": "s"}},
            {"name": "allowed, s", "number": {"thousands": True, "unit": "s"}},
        ]},
    ),
)  # fmt: skip

NOW = (FEEDS, CREWS, STATES, POINTS, MAP, OUT, QUEUE)
