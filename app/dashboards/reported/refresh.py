"""Asking the reports on tiles: once for all tiles and viewers that want the same."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.dashboards.board import Board
from app.dashboards.reported.shown import ShownReport
from app.reports.shared import ask_together


def refresh_reports(session: Session, actor: Actor, board: Board, numbers: Collection[int] | None) -> int:
    """Ask every report that is too old, or those of them on `numbers`: how many were asked.

    Commits after each: what waits for the same answer gets it at once.
    """
    due = [
        each for each in reports_of(board) if each.due and (numbers is None or each.tile.number in numbers)
    ]
    strictest = {
        each.found.version.id: each for each in sorted(due, key=_patience, reverse=True) if each.found
    }
    return sum(
        _ask(session, actor, each, _newer_than(each, board.at)) for _, each in sorted(strictest.items())
    )


def refresh_report(session: Session, actor: Actor, board: Board, number: int) -> int:
    """Ask the report of one tile, however fresh it is; 0 where there is none."""
    asked = [each for each in reports_of(board) if each.tile.number == number and not each.problem]
    for each in asked:
        _ask(session, actor, each, now())
    return len(asked)


def reports_of(board: Board) -> list[ShownReport]:
    return [each for each in board.tiles if isinstance(each, ShownReport)]


def _ask(session: Session, actor: Actor, shown: ShownReport, newer_than: datetime) -> bool:
    assert shown.found is not None
    asked = ask_together(session, actor, shown.found.version, newer_than)
    session.commit()
    return asked


def _patience(shown: ShownReport) -> float:
    allowed = shown.tile.max_stale_ms
    return float("inf") if allowed is None else allowed


def _newer_than(shown: ShownReport, opened: datetime) -> datetime:
    """What is always run may be shared by those who opened in the same minute."""
    allowed = shown.tile.max_stale_ms
    if allowed is None:
        return datetime.min.replace(tzinfo=opened.tzinfo)
    return now() - timedelta(milliseconds=allowed - shown.ahead_ms) if allowed else opened
