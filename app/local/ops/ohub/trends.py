"""The slower queries of the outage desk: curves, causes, and the indices of reliability."""

from app.local.demo_saved import Chart
from app.local.ops.ohub.queries import PROVINCES, REPORTED, STORMS
from app.local.ops.pack import query
from app.queries.parameters import Declared, ParameterKind

PERIOD = Declared("period", ParameterKind.DATE_RANGE, "last 30 days", label="Period")

TIME = query(
    "ohub",
    "over_time",
    "Without power over time",
    "Customers without power every half hour, of the provinces that were hit most. Marked: storms.",
    (Declared("window", ParameterKind.TIMESTAMP_RANGE, "last 72 hours", label="Window"), PROVINCES),
    Chart(
        "Without power",
        "area",
        {"x": "half hour", "y": ["customers out"], "series": "province", "annotations": STORMS.name},
    ),
    watermark=REPORTED,
)

AHEAD = query(
    "ohub",
    "ahead",
    "Restoration ahead",
    "Customers without power up to now, and how many still will be if every estimate is kept.",
    (PROVINCES, Declared("hours", ParameterKind.INTEGER, "12", label="Hours back")),
    Chart("Restoration", "line", {"x": "at", "y": ["without power", "by the estimates"]}),
    watermark=REPORTED,
)

CURVE = query(
    "ohub",
    "restoration",
    "Restoration of storms",
    "How fast power came back to the customers of the latest four storms.",
    (PROVINCES,),
    Chart(
        "Latest storms",
        "line",
        {"x": "hours after its start", "y": ["restored, %"], "series": "storm", "lines": "90 Target by 24 h"},
    ),
    watermark=REPORTED,
)

CAUSES = query(
    "ohub",
    "causes",
    "Causes of outages",
    "Customer hours without power, by cause.",
    (PERIOD, PROVINCES),
    Chart("Customer hours by cause", "bar", {"x": "cause", "y": ["customer hours"], "horizontal": True}),
    watermark=REPORTED,
)

INDEX = query(
    "ohub",
    "index_now",
    "Reliability",
    "SAIDI, SAIFI and CAIDI of the chosen provinces together.",
    (PERIOD, PROVINCES),
    Chart("SAIDI", "stat", {"value": "saidi", "label": "minutes for each customer", "unit": "min",
                            "better": "lower", "target": 35, "warn": 45, "bad": 70}),
    Chart("SAIFI", "stat", {"value": "saifi", "label": "interruptions of each customer", "better": "lower",
                            "target": 0.15, "warn": 0.2, "bad": 0.3}),
    Chart("CAIDI", "stat", {"value": "caidi", "label": "minutes of each interruption", "unit": "min",
                            "better": "lower", "target": 180, "warn": 240, "bad": 360}),
    watermark=REPORTED,
)  # fmt: skip

INDICES = query(
    "ohub",
    "indices",
    "Reliability by utility",
    "SAIDI, SAIFI and CAIDI of each utility, the worst first.",
    (PERIOD, PROVINCES),
    Chart(
        "Utilities",
        "table",
        {"columns": [
            {"name": "utility", "frozen": True},
            {"name": "SAIDI, min", "number": {"decimals": 1}, "bar": True},
            {"name": "SAIFI", "number": {"decimals": 3}},
            {"name": "CAIDI, min", "number": {"decimals": 0}},
            {"name": "power there, %", "number": {"decimals": 3, "unit": "%"}},
            {"name": "served", "number": {"thousands": True}, "total": "sum"},
            {"name": "province"},
        ]},
    ),
    watermark=REPORTED,
)  # fmt: skip

TRENDS = (INDICES, INDEX, CAUSES, CURVE, AHEAD, TIME)
