"""Finding reports: the list in one statement, one's favourites first."""

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.allow import Actor
from app.core.errors import NotFound
from app.reports.body import AskedIn
from app.reports.models import Report, ReportAnswer, ReportFavourite, ReportVersion
from app.saved.archive import fetch_live
from app.saved.find import PAGE, Listing, holds, one_page, saved_things
from app.saved.versions import find_version


def list_reports(
    session: Session,
    actor: Actor,
    *,
    q: str = "",
    after: str = "",
    limit: int = PAGE,
    archived: bool = False,
    mine: bool = False,
) -> Listing:
    """Reports whose name or dataset holds `q`, newest save first; with `mine` one's favourites alone.

    Rows: those of `saved_things`, dataset, period, is_favourite.
    """
    favourite = _favourite(actor, Report.id)
    columns: tuple[Any, ...] = (ReportVersion.dataset, ReportVersion.period, favourite.label("is_favourite"))
    found = saved_things(actor, Report, ReportVersion, *columns, archived=archived)
    if (wanted := holds(q, Report.name, ReportVersion.dataset)) is not None:
        found = found.where(wanted)
    if mine:
        found = found.where(favourite)
    return one_page(session, Report, found, after, limit)


def find_report(session: Session, actor: Actor, report_id: int, *, lock: bool = False) -> Report:
    """Raises NotFound for a stranger's report, as for none, and for an archived one."""
    return fetch_live(session, actor, Report, report_id, lock=lock)


def version_of(session: Session, report: Report, number: int | None = None) -> ReportVersion:
    """With its author; the newest unless told. Raises NotFound."""
    load = joinedload(ReportVersion.author)
    return find_version(session, report, ReportVersion, number or report.latest, load)


def versions_of(session: Session, report: Report) -> list[ReportVersion]:
    """Newest first."""
    found = select(ReportVersion).where(ReportVersion.report_id == report.id)
    ordered = found.order_by(ReportVersion.number.desc()).options(joinedload(ReportVersion.author))
    return list(session.scalars(ordered.limit(200)))


def question_of(version: ReportVersion) -> AskedIn:
    return AskedIn.model_validate(version.question)


def is_favourite(session: Session, actor: Actor, report: Report) -> bool:
    return bool(session.scalar(select(_favourite(actor, report.id))))


def newest_answer(session: Session, version: ReportVersion) -> ReportAnswer | None:
    found = select(ReportAnswer).where(ReportAnswer.version_id == version.id)
    return session.scalar(found.order_by(ReportAnswer.id.desc()).limit(1))


def find_answer(session: Session, actor: Actor, report: Report, answer_id: int) -> ReportAnswer:
    """Raises NotFound."""
    found = session.scalar(
        select(ReportAnswer)
        .join(ReportVersion)
        .where(ReportAnswer.id == min(answer_id, 2**62), ReportVersion.report_id == report.id)
        .options(joinedload(ReportAnswer.version))
    )
    if found is None or found.org_id != actor.org_id:
        raise NotFound(f"{report.name} has no answer {answer_id}.")
    return found


def _favourite(actor: Actor, report_id: Any) -> Any:
    mine = (ReportFavourite.user_id == actor.user_id, ReportFavourite.report_id == report_id)
    return exists().where(*mine)
