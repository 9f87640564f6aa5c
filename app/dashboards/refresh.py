"""Refreshing tiles: a stored result that is fresh enough stays, an equal run under way is shared."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.dashboards.board import Board
from app.dashboards.reported.refresh import refresh_report, refresh_reports
from app.dashboards.shown import Shown
from app.dashboards.targets import State, ahead_ms
from app.datasources.pause import why_paused
from app.runs.freshness.many import Want, answer_many
from app.runs.freshness.requested import LONGEST_STALE_MS
from app.runs.limits import limits
from app.runs.models import Trigger


def refresh_due(
    session: Session, actor: Actor, board: Board, numbers: Collection[int] | None = None, every_s: int = 0
) -> int:
    """Ask for every tile that is too old, or those of them in `numbers`: how many different questions.

    For a screen that asks every so often, of those too that else would be too old before it comes again.
    Commits, so that workers begin while reports are asked here.
    """
    _look_ahead(board, every_s)
    due = [shown for shown in board.due if numbers is None or shown.tile.number in numbers]
    strictest_last = sorted(due, key=lambda shown: -_or_ever(shown.tile.max_stale_ms))
    asked = _ask(session, actor, {s.asking.key: s for s in strictest_last if s.asking.key}, board.at)
    session.commit()
    return asked + refresh_reports(session, actor, board, numbers)


def refresh_tile(session: Session, actor: Actor, board: Board, number: int) -> int:
    """Ask for one tile, however fresh it is; 0 where it asks nothing. Commits."""
    wanted = {
        shown.asking.key: shown for shown in board.drawn if shown.tile.number == number and shown.asking.key
    }
    asked = _ask(session, actor, wanted, None)
    session.commit()
    return asked + refresh_report(session, actor, board, number)


def _look_ahead(board: Board, every_s: int) -> None:
    for shown in board.drawn:
        target, read_at = shown.tile.max_stale_ms, shown.read_at
        shown.ahead_ms = ahead_ms(target, every_s)
        if shown.ahead_ms and target and read_at and shown.state is State.FRESH and not shown.stored.moving:
            shown.due = shown.due or now() - read_at > timedelta(milliseconds=target - shown.ahead_ms)


def _ask(session: Session, actor: Actor, wanted: Mapping[bytes, Shown], opened: datetime | None) -> int:
    trigger = Trigger.API if actor.via == "token" else Trigger.PERSON
    wants: dict[bytes, Want] = {}
    for key, shown in wanted.items():
        asked = shown.asking.asked
        assert asked is not None
        if opened is not None and why_paused(asked.datasource):
            continue  # its tiles keep what they show, and grow old
        wants[key] = Want(asked, _allowed(shown.tile.max_stale_ms, opened) - shown.ahead_ms)
    answer_many(session, actor, wants, limits(actor.house), trigger)
    return len(wanted)


def _allowed(max_stale_ms: int | None, opened: datetime | None) -> int:
    """What is always run may be shared by those who opened in the same minute."""
    if opened is None:
        return 0
    return _or_ever(max_stale_ms) or max(0, (now() - opened) // timedelta(milliseconds=1))


def _or_ever(max_stale_ms: int | None) -> int:
    return LONGEST_STALE_MS if max_stale_ms is None else max_stale_ms
