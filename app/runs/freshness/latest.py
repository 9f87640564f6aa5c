"""Which run stands for a saved query when its page is opened."""

from contextlib import suppress

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import Invalid, NotFound
from app.queries.models import QueryVersion
from app.runs.freshness.question import question
from app.runs.limits import limits
from app.runs.models import Run, RunState
from app.runs.request import ask_query
from app.runs.seen import SEEN, seer


def latest_run(session: Session, actor: Actor, query_id: int) -> int | None:
    """The newest run of what the query asks now, with its defaults, also from before it was saved.

    Where there is none, the newest run of any version and any values; never a cancelled one.
    """
    asked = _asked_now(session, actor, query_id)
    if asked is not None:
        return asked
    return session.scalar(
        select(Run.id)
        .join(QueryVersion, QueryVersion.id == Run.query_version_id)
        .where(QueryVersion.query_id == query_id, Run.org_id == actor.org_id)
        .where(Run.state != RunState.CANCELLED)
        .order_by(Run.id.desc())
        .limit(1)
    )


def _asked_now(session: Session, actor: Actor, query_id: int) -> int | None:
    with suppress(Invalid, NotFound):
        asked = ask_query(session, actor, query_id, {})
        return session.scalar(
            select(Run.id)
            .where(
                Run.question == question(asked.datasource, asked.bound, limits(actor.house), asked.watermark),
                Run.org_id == actor.org_id,
                text(SEEN).bindparams(**seer(actor)),
                Run.state != RunState.CANCELLED,
            )
            .order_by(Run.id.desc())
            .limit(1)
        )
    return None
