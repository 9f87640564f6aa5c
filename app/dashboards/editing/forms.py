"""What the edit page sends: name, description, and the tiles as one JSON list in a field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.dashboards.check import TileBody
from app.web.forms import messages

TILES = TypeAdapter(list[TileBody])


@dataclass
class BoardForm:
    """As it was sent, with what is wrong by field.

    `tiles` are there when nothing is wrong with their shape, and then `sent`, to be shown again.
    """

    values: dict[str, Any]
    tiles: list[TileBody] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    sent: list[dict[str, Any]] | None = None

    @property
    def based_on(self) -> int:
        text = self.values.get("overwrite") or self.values.get("based_on") or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0

    @property
    def refresh_s(self) -> int | None:
        """Seconds; none is by hand."""
        text = self.values.get("refresh_s") or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def read_board(fields: Mapping[str, str]) -> BoardForm:
    names = ("name", "description", "refresh_s", "tiles", "based_on", "overwrite")
    form = BoardForm({name: fields.get(name, "") for name in names})
    try:
        form.tiles = TILES.validate_python(json.loads(form.values["tiles"] or "[]"))
        form.sent = [tile.model_dump() for tile in form.tiles]
    except ValidationError as error:
        form.errors = {f"tiles.{place}": text for place, text in messages(error).items()}
    except ValueError:
        form.errors = {"tiles": "The tiles did not arrive whole. Save again."}
    return form
