"""By what else than the page people are told: mail for each, and a webhook of the org."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.models import Role
from app.audit.record import record
from app.core import runtime, vault
from app.core.errors import Invalid, NotFound
from app.core.fence import Fenced, address_of
from app.notices.models import Delivery, NoticeChoice, Webhook
from app.notices.signing import new_secret
from app.notices.tell import News, post_json

LONGEST_URL = 2_000
SHOWN = 20


def wants_mail(session: Session, actor: Actor) -> bool:
    choice = session.get(NoticeChoice, (actor.org_id, actor.user_id))
    return choice is None or choice.by_mail


def choose_mail(session: Session, actor: Actor, wanted: bool) -> None:
    session.merge(NoticeChoice(org_id=actor.org_id, user_id=actor.user_id, by_mail=wanted))


def webhook_of(session: Session, actor: Actor) -> Webhook | None:
    return session.scalar(select(Webhook).where(Webhook.org_id == actor.org_id))


def set_webhook(session: Session, actor: Actor, url: str) -> tuple[Webhook, str]:
    """With the new secret that signs from now on, which is shown this once. Raises Invalid at `url`."""
    need(actor, Role.ADMIN)
    from app.notices.webhook import split  # brings http.client, which a page does not need

    try:
        if len(url) > LONGEST_URL:
            raise Fenced(f"Use at most {LONGEST_URL:,} characters.")
        parts = split(url)
        address_of(parts.hostname or "", parts.port or 443, private=runtime.settings().private_webhooks)
    except Fenced as fenced:
        raise Invalid(str(fenced), fields={"url": str(fenced)}) from None
    secret = new_secret()
    webhook = webhook_of(session, actor) or Webhook(org_id=actor.org_id, created_by=actor.user_id)
    webhook.url, webhook.sealed_secret = url, vault.seal(secret)
    session.add(webhook)
    session.flush()
    record(session, actor, "webhook.set", webhook.id, host=parts.hostname)
    return webhook, secret


def remove_webhook(session: Session, actor: Actor) -> None:
    """With what was still on its way. Raises NotFound."""
    need(actor, Role.ADMIN)
    webhook = _needed(session, actor)
    session.delete(webhook)
    record(session, actor, "webhook.removed", webhook.id)


def try_webhook(session: Session, actor: Actor) -> None:
    """Send it something that says it is a test. Raises NotFound."""
    need(actor, Role.ADMIN)
    told = f"{actor.name} asked for this, to see whether it arrives."
    post_json(session, _needed(session, actor), News("test", "A test", told, "/notices"))


def newest_deliveries(session: Session, actor: Actor) -> Sequence[Delivery]:
    """For an admin: what left lately, and what did not."""
    need(actor, Role.ADMIN)
    found = select(Delivery).where(Delivery.org_id == actor.org_id).order_by(Delivery.id.desc())
    return session.scalars(found.limit(SHOWN)).all()


def _needed(session: Session, actor: Actor) -> Webhook:
    webhook = webhook_of(session, actor)
    if webhook is None:
        raise NotFound("Your organisation has no webhook.")
    return webhook
