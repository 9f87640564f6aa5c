"""What differs between two versions of a dashboard: tiles that came, went, moved or show something else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.dashboards.bindings import Binding, stored_bindings
from app.dashboards.check import shown_by
from app.dashboards.models import DashboardVersion, Tile
from app.dashboards.targets import target_words
from app.queries.models import Query
from app.reports.models import Report
from app.visualizations.models import Visualization

Names = Mapping[tuple[str, int | None], str]  # by kind and number of what a tile shows
LONGEST = 120  # characters of a text that are shown


class Change(NamedTuple):
    """A tile and one thing of it, on each side; None where the tile is not there."""

    tile: str
    what: str
    left: str | None
    right: str | None


def compare(session: Session, left: DashboardVersion, right: DashboardVersion) -> list[Change]:
    """`left` is the older one. In the reading order of both."""
    names = _names(session, [*left.tiles, *right.tiles])
    before, after = ({tile.number: tile for tile in version.tiles} for version in (left, right))
    changes: list[Change] = []
    for number in {**before, **after}:
        old, new = before.get(number), after.get(number)
        tile = new or old
        assert tile is not None
        name = _called(tile, names)
        was, now = (_said(each, names) if each else None for each in (old, new))
        if was is None or now is None:
            changes.append(Change(name, "Tile", was["Place"] if was else None, now["Place"] if now else None))
        else:
            changes += [Change(name, what, was[what], now[what]) for what in was if was[what] != now[what]]
    return changes


def _said(tile: Tile, names: Names) -> dict[str, str]:
    said = {
        "Place": f"column {tile.x + 1}, row {tile.y + 1}, {tile.w} wide, {tile.h} high",
        "Title": tile.title or "none",
    }
    if not tile.is_drawn:
        text = " ".join((tile.text or "").split())
        return said | {"Text": text[:LONGEST] + ("…" if len(text) > LONGEST else "")}
    shows = {
        "Shows": names.get((tile.kind, shown_by(tile)), "deleted since"),
        "How fresh": target_words(tile.max_stale_ms),
    }
    if tile.kind == "report":
        return said | shows
    return (
        said
        | shows
        | {
            "Values": "; ".join(_bound(stored_bindings(tile))) or "none",
        }
    )


def _bound(bindings: Sequence[Binding]) -> Iterator[str]:
    for each in sorted(bindings, key=lambda binding: binding.parameter):
        if each.name:
            yield f"{each.parameter} shared" + (f" as {each.name}" if each.name != each.parameter else "")
        else:
            yield f"{each.parameter} {each.kind}" + (f" {each.value}" if each.value is not None else "")


def _called(tile: Tile, names: Names) -> str:
    if tile.title:
        return tile.title
    if not tile.is_drawn:
        return f"{tile.kind.capitalize()} {tile.number}"
    return names.get((tile.kind, shown_by(tile)), f"Tile {tile.number}")


def _names(session: Session, tiles: Sequence[Tile]) -> Names:
    charts = {tile.visualization_id for tile in tiles if tile.visualization_id}
    reports = {tile.report_id for tile in tiles if tile.report_id}
    named: dict[tuple[str, int | None], str] = {}
    if charts:
        found = (
            select(Visualization.id, Visualization.name, Query.name)
            .join(Query, Query.id == Visualization.query_id)
            .where(Visualization.id.in_(charts))
        )
        for id, name, query in session.execute(found):
            named["visualization", id] = f"{name} of {query}"
    if reports:
        for id, name in session.execute(select(Report.id, Report.name).where(Report.id.in_(reports))):
            named["report", id] = name
    return named
