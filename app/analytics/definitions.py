"""The reports and windows of an org, which gets those that ship when it first asks."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.analytics.models import AggregateWindow, ReportDefinition, Window
from app.analytics.reports.kind import ReportKind
from app.analytics.reports.shipped import KINDS
from app.core.errors import NotFound

WINDOWS = (
    {"window": Window.DAY, "retention_days": 800, "refresh_interval_minutes": 60, "is_default": True},
    {"window": Window.WEEK, "retention_days": 1_830, "refresh_interval_minutes": 360, "is_default": False},
)


def list_definitions(session: Session, org_id: int) -> Sequence[ReportDefinition]:
    """In the order in which they ship."""
    look = select(ReportDefinition).where(ReportDefinition.org_id == org_id).order_by(ReportDefinition.id)
    found = session.scalars(look).all()
    if {each.slug for each in found} < set(KINDS):
        ensure_definitions(session, org_id)
        found = session.scalars(look).all()
    return found


def list_windows(session: Session, org_id: int) -> Sequence[AggregateWindow]:
    """The default one first."""
    list_definitions(session, org_id)
    look = select(AggregateWindow).where(AggregateWindow.org_id == org_id)
    return session.scalars(look.order_by(AggregateWindow.is_default.desc(), AggregateWindow.window)).all()


def find_definition(
    session: Session, actor: Actor, slug: str, *, lock: bool = False
) -> tuple[ReportDefinition, ReportKind]:
    """Raises NotFound naming the reports that there are. `lock` holds it until the transaction ends."""
    kind = KINDS.get(slug)
    if kind is None:
        raise NotFound(f"There is no report {slug[:60]}. There are: {', '.join(KINDS)}.")
    look = select(ReportDefinition).where(
        ReportDefinition.org_id == actor.org_id, ReportDefinition.slug == slug
    )
    if lock:
        look = look.with_for_update()
    found = session.scalar(look)
    if found is None:
        ensure_definitions(session, actor.org_id)
        found = session.scalars(look).one()
    return found, kind


def kind_of(session: Session, report_id: int) -> ReportKind:
    return KINDS[session.get_one(ReportDefinition, report_id).slug]


def ensure_definitions(session: Session, org_id: int) -> None:
    """Make what is missing of the three reports and two windows."""
    reports = [
        {
            "org_id": org_id,
            "slug": kind.slug,
            "name": kind.name,
            "description": kind.description,
            "cache_ttl_seconds": kind.cache_ttl_seconds,
            "default_window": Window.DAY,
            "supported_filters": list(kind.filters),
            "version": 0,
        }
        for kind in KINDS.values()
    ]
    session.execute(insert(ReportDefinition).on_conflict_do_nothing(), reports)
    windows = [{"org_id": org_id, **each} for each in WINDOWS]
    session.execute(insert(AggregateWindow).on_conflict_do_nothing(), windows)
