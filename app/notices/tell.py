"""Tell people something, in the transaction in which it came about; a job sends what has to leave."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Role, User
from app.core import runtime
from app.core.clock import now
from app.core.db import after_commit
from app.core.queue import HOUSEKEEPING, enqueue
from app.notices.models import Delivery, Notice, NoticeChoice, Webhook

JOB = "jobs.notices.deliver"
LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class News:
    """What happened. `path` is the page that says more; `facts` go to the webhook as they are."""

    kind: str
    title: str
    text: str
    path: str
    tone: str = "info"
    facts: Mapping[str, Any] = field(default_factory=dict)


def tell(session: Session, org_id: int, user_ids: Iterable[int], news: News) -> None:
    """A notice for each of these people who is still in the org, else for its admins; mail for whoever wants
    it, when there is a mail server; and the org's webhook once. The caller commits.
    """
    people = _people(session, org_id, list(user_ids))
    for user_id, email, by_mail in people:
        session.add(
            Notice(
                org_id=org_id,
                user_id=user_id,
                kind=news.kind,
                tone=news.tone,
                title=news.title,
                text=news.text[:LONGEST_TEXT],
                path=news.path,
            )
        )
        if by_mail:
            post_mail(session, org_id, email, news.title, f"{news.text}\n\n{link_to(news.path)}".strip())
    webhook = session.scalar(select(Webhook).where(Webhook.org_id == org_id))
    if webhook is not None:
        post_json(session, webhook, news)


def post_mail(session: Session, org_id: int, to: str, subject: str, text: str) -> None:
    """A mail of plain text; none where no mail server is set."""
    if runtime.settings().smtp_host:
        one_line = " ".join(subject.split())
        session.add(Delivery(org_id=org_id, channel="mail", recipient=to, subject=one_line, body=text))
        _send_soon(session)


def post_json(session: Session, webhook: Webhook, news: News) -> None:
    body = {
        "kind": news.kind,
        "title": news.title,
        "text": news.text,
        "url": link_to(news.path),
        "occurred_at": now().isoformat().replace("+00:00", "Z"),
        **news.facts,
    }
    session.add(
        Delivery(
            org_id=webhook.org_id,
            channel="webhook",
            webhook_id=webhook.id,
            recipient=urlsplit(webhook.url).netloc,
            subject=news.title,
            body=json.dumps(body, ensure_ascii=False),
        )
    )
    _send_soon(session)


def link_to(path: str) -> str:
    """The page's whole address, where PLUMB_URL says how people reach this installation."""
    return f"{runtime.settings().public_url.rstrip('/')}{path}"


def _send_soon(session: Session) -> None:
    if not session.info.get("deliveries_follow"):
        session.info["deliveries_follow"] = True
        after_commit(session, lambda: _enqueue(session))


def _enqueue(session: Session) -> None:
    session.info.pop("deliveries_follow", None)
    enqueue(JOB, queue=HOUSEKEEPING)


def _people(session: Session, org_id: int, user_ids: list[int]) -> list[tuple[int, str, bool]]:
    """Number, e-mail, and whether mail is wanted."""
    members = (
        select(User.id, User.email, NoticeChoice.by_mail)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(
            NoticeChoice, (NoticeChoice.user_id == User.id) & (NoticeChoice.org_id == Membership.org_id)
        )
        .where(Membership.org_id == org_id, Membership.disabled_at.is_(None), User.disabled_at.is_(None))
        .order_by(User.id)
    )
    found = session.execute(members.where(User.id.in_(user_ids))).all()
    found = found or session.execute(members.where(Membership.role == Role.ADMIN)).all()
    return [(row.id, row.email, row.by_mail is not False) for row in found]
