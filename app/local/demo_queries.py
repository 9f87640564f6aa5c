"""The demo's saved queries, each with a parameter to turn and the charts that suit it."""

from app.local.demo_saved import Chart, Saved
from app.queries.parameters import Declared, ParameterKind

DAILY = Saved(
    "Departures and delay by day",
    "How many planes left each airport of New York a day, and how late.",
    """\
SELECT make_date(year, month, day) AS day,
       origin,
       count(dep_time) AS departures,
       round(avg(dep_delay), 1) AS average_delay
  FROM flights
 WHERE make_date(year, month, day) BETWEEN {{ period.start }} AND {{ period.end }}
 GROUP BY 1, 2
 ORDER BY 1, 2
""",
    (Declared("period", ParameterKind.DATE_RANGE, "2013-06-01", "2013-08-31"),),
    (
        Chart(
            "Average delay, minutes",
            "line",
            {"x": "day", "y": ["average_delay"], "series": "origin", "stacked": False},
        ),
        Chart("Departures", "area", {"x": "day", "y": ["departures"], "series": "origin"}),
    ),
)

CARRIERS = Saved(
    "Delay by airline",
    "Average delay at arrival of the airlines that serve an airport: EWR, JFK or LGA.",
    """\
SELECT airlines.name AS airline,
       count(*) AS flights,
       round(avg(arr_delay), 1) AS average_delay
  FROM flights
  JOIN airlines USING (carrier)
 WHERE origin = {{ origin }}
 GROUP BY airlines.name
HAVING count(*) >= {{ at_least }}
 ORDER BY average_delay DESC
""",
    (
        Declared("origin", ParameterKind.TEXT, "JFK"),
        Declared("at_least", ParameterKind.INTEGER, "100"),
    ),
    (
        Chart(
            "Average delay, minutes",
            "bar",
            {"x": "airline", "y": ["average_delay"], "horizontal": True, "sort": "largest"},
        ),
        Chart("Flights by airline", "pie", {"x": "airline", "y": "flights"}),
        Chart(
            "Delay against size",
            "scatter",
            {"x": "flights", "y": ["average_delay"], "point": "airline", "lines": "0 on time"},
        ),
    ),
)

ON_TIME = Saved(
    "On-time share",
    "Flights that left no more than so many minutes late. A cancelled flight is not on time.",
    """\
SELECT coalesce(origin, 'All of New York') AS airport,
       count(*) AS flights,
       count(*) FILTER (WHERE dep_delay <= {{ minutes }}) AS on_time,
       round(100.0 * count(*) FILTER (WHERE dep_delay <= {{ minutes }}) / nullif(count(*), 0), 1) AS percent
  FROM flights
 WHERE make_date(year, month, day) BETWEEN {{ period.start }} AND {{ period.end }}
 GROUP BY ROLLUP (origin)
 ORDER BY grouping(origin) DESC, origin
""",
    (
        Declared("minutes", ParameterKind.INTEGER, "15"),
        Declared("period", ParameterKind.DATE_RANGE, "2013-01-01", "2013-12-31"),
    ),
    (
        Chart(
            "On time",
            "stat",
            {"value": "percent", "label": "Left on time", "unit": "%", "target": 80, "warn": 80, "bad": 65},
        ),
        Chart("By airport", "table", {}),
    ),
)

HOURS = Saved(
    "When planes leave late",
    "Average delay by weekday and hour of departure.",
    """\
SELECT to_char(make_date(year, month, day), 'FMDay') AS weekday,
       hour,
       count(*) AS flights,
       round(avg(dep_delay), 1) AS average_delay
  FROM flights
 WHERE hour BETWEEN 5 AND 23
   AND make_date(year, month, day) BETWEEN {{ period.start }} AND {{ period.end }}
 GROUP BY weekday, extract(isodow FROM make_date(year, month, day)), hour
 ORDER BY extract(isodow FROM make_date(year, month, day)), hour
""",
    (Declared("period", ParameterKind.DATE_RANGE, "2013-01-01", "2013-12-31"),),
    (
        Chart(
            "Delay by weekday and hour, minutes",
            "heatmap",
            {"x": "hour", "y": "weekday", "value": "average_delay", "unit": "min"},
        ),
        Chart(
            "Flights by hour",
            "bar",
            {"x": "hour", "y": ["flights"], "series": "weekday", "stacked": True},
        ),
    ),
)

QUERIES = (HOURS, ON_TIME, CARRIERS, DAILY)  # the newest stands first in lists
