"""Who looked at which dashboard, and when."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Base, Numbered


class DashboardView(Numbered, Base):
    """Plain numbers without foreign keys: a page that is opened waits for this row."""

    __tablename__ = "dashboard_views"
    __table_args__ = (Index("ix_dashboard_views_of_dashboard", "dashboard_id", "viewed_at"),)

    org_id: Mapped[int]
    dashboard_id: Mapped[int]
    user_id: Mapped[int]
    viewed_at: Mapped[datetime] = mapped_column(default=now)
    on_wall: Mapped[bool]
