"""Points by place, or countries, states and provinces by name, over outlines that come with Plumbline."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from app.visualizations.kinds.base import (
    ANY,
    LABELS,
    NUMBERS,
    Column,
    Kind,
    OptionField,
    Options,
    measures,
    of_kind,
)

LATITUDES = frozenset({"lat", "latitude"})
LONGITUDES = frozenset({"lon", "lng", "long", "longitude"})
REGIONS = {
    **dict.fromkeys(("country", "country_code", "country_name"), "world"),
    **dict.fromkeys(("province", "province_code", "province_name"), "canada"),
    **dict.fromkeys(("state", "state_code", "state_name", "us_state"), "usa"),
}
WITHIN = (
    ("world", "Countries of the world"),
    ("canada", "Provinces and territories of Canada"),
    ("usa", "States of the United States"),
    ("north_america", "Canada and the United States"),
    ("australia", "States of Australia"),
    ("brazil", "States of Brazil"),
)


class MapOptions(Options):
    lon: str | None = None
    region: str | None = None
    lat: str | None = Field(default=None, validate_default=True)
    value: str | None = None
    label: str | None = None
    within: Literal["world", "canada", "usa", "north_america", "australia", "brazil"] = "world"
    shows: Literal["data", "world"] = "data"

    @field_validator("lat")
    @classmethod
    def _somewhere(cls, lat: str | None, info: ValidationInfo) -> str | None:
        if not info.data.get("region") and not (lat and info.data.get("lon")):
            raise ValueError("Choose a latitude and a longitude, or a column of regions.")
        return lat


def suggest(columns: Sequence[Column], row_count: int) -> MapOptions | None:
    """By the names of the columns alone: a number could be anything."""
    places = {name.lower(): name for name in of_kind(columns, NUMBERS)}
    lat = next((places[name] for name in LATITUDES if name in places), None)
    lon = next((places[name] for name in LONGITUDES if name in places), None)
    value = next((name for name in measures(columns) if name not in (lat, lon)), None)
    texts = of_kind(columns, LABELS - NUMBERS)
    region = next((name for name in texts if name.lower() in REGIONS), None)
    if lat and lon:
        return MapOptions(lat=lat, lon=lon, value=value, label=next(iter(texts), None))
    if not region or not value:
        return None
    return MapOptions.model_validate({"region": region, "value": value, "within": REGIONS[region.lower()]})


KIND = Kind(
    name="map",
    label="Map",
    icon="chart-map",
    rank=9,
    options=MapOptions,
    fields=(
        OptionField("lat", "Latitude", "column", NUMBERS, help="In degrees, north above zero."),
        OptionField("lon", "Longitude", "column", NUMBERS, help="In degrees, east above zero."),
        OptionField(
            "region",
            "Or a region",
            "column",
            ANY,
            help="By English name or code: Canada, CA, 124; Ontario, ON, CA-ON.",
        ),
        OptionField("within", "Regions are", "choice", choices=WITHIN),
        OptionField("value", "Size or colour", "column", NUMBERS),
        OptionField("label", "Name of a point", "column", ANY),
        OptionField(
            "shows", "Shows", "choice", choices=(("data", "Where the data is"), ("world", "The world"))
        ),
    ),
    suggest=suggest,
)
