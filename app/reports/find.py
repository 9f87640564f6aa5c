"""Finding reports, their versions and answers."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.allow import Actor
from app.core.errors import NotFound
from app.reports.body import AskedIn
from app.reports.models import REPORTS, Report, ReportAnswer, ReportVersion
from app.saved.archive import fetch_live
from app.saved.find import Wanted, saved_things
from app.saved.versions import find_version


def reports(actor: Actor, wanted: Wanted) -> Select[Any]:
    """Rows: those of `saved_things`, dataset, period; the dataset is searched too."""
    columns = (ReportVersion.dataset, ReportVersion.period)
    return saved_things(actor, REPORTS, wanted, *columns, texts=[ReportVersion.dataset])


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
