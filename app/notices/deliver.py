"""Send what is due by mail and webhook: claimed for a while, sent outside of a transaction, settled once."""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from app.core import db, runtime, vault
from app.core.clock import now
from app.core.fence import Fenced
from app.core.queue import HOUSEKEEPING, enqueue
from app.notices.tell import JOB

log = logging.getLogger(__name__)

LONGEST_S = 5.0  # of one call: whoever keeps house has more to do
HELD = timedelta(minutes=2)  # longer than a mail server and a web server may take together
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=3)
MOST_TRIES = 16  # about a day
LONGEST_ERROR = 500
CLAIM = text(
    """
    update deliveries set try_at = :held_until, attempts = attempts + 1
    where id = (select id from deliveries
                where sent_at is null and dropped_at is null and try_at <= :moment
                order by try_at limit 1 for update skip locked)
    returning id, channel, recipient, subject, body, attempts,
              (select url from webhooks where webhooks.id = webhook_id) as url,
              (select sealed_secret from webhooks where webhooks.id = webhook_id) as sealed_secret
    """
)
# Guarded by the try: whoever took longer than HELD and was overtaken changes nothing.
SETTLE = text(
    """
    update deliveries set sent_at = :sent_at, dropped_at = :dropped_at, error = :error,
           try_at = coalesce(:try_at, try_at)
    where id = :id and attempts = :attempts and sent_at is null and dropped_at is null
    """
)


def deliver_due(moment: datetime | None = None) -> int:
    """Returns how many were sent. Others may send at the same time; what is left is sent by the next job."""
    begun, sent = time.monotonic(), 0
    while (found := _claim(moment or now())) is not None:
        sent += _deliver(found)
        if time.monotonic() - begun > LONGEST_S:
            enqueue(JOB, queue=HOUSEKEEPING)
            break
    return sent


def _claim(moment: datetime) -> Any:
    with db.autocommit() as connection:
        return connection.execute(CLAIM, {"moment": moment, "held_until": moment + HELD}).first()


def _deliver(delivery: Any) -> bool:
    try:
        _send(delivery)
    except (OSError, Fenced, vault.SealBroken) as error:
        log.warning("not delivered", extra={"delivery_id": delivery.id, "error": str(error)})
        _settle(delivery, error=_words(error))
        return False
    except Exception:
        log.exception("delivery failed", extra={"delivery_id": delivery.id})
        _settle(delivery, error="Plumbline made a mistake; its log says which.")
        return False
    _settle(delivery, error=None)
    return True


def _send(delivery: Any) -> None:
    # smtplib and http.client are needed here alone, in a process that lives for this job.
    from app.notices.mail import send_mail
    from app.notices.webhook import post

    settings = runtime.settings()
    if delivery.channel == "webhook":
        secret = vault.unseal(bytes(delivery.sealed_secret))
        post(delivery.url, secret, delivery.id, delivery.body, private=settings.private_webhooks)
    elif not settings.smtp_host:
        raise OSError("There is no mail server: SMTP_HOST is not set any more.")
    else:
        send_mail(settings, delivery.id, delivery.recipient, delivery.subject, delivery.body)


def _settle(delivery: Any, error: str | None) -> None:
    moment = now()
    gives_up = error is not None and delivery.attempts >= MOST_TRIES
    wait = min(FIRST_WAIT * (1 << min(delivery.attempts - 1, 20)), LONGEST_WAIT)
    values = {
        "id": delivery.id,
        "attempts": delivery.attempts,
        "sent_at": None if error else moment,
        "dropped_at": moment if gives_up else None,
        "error": error,
        "try_at": moment + wait if error else None,
    }
    with db.autocommit() as connection:
        connection.execute(SETTLE, values)


def _words(error: Exception) -> str:
    """A server's own words, in one line."""
    said = getattr(error, "smtp_error", None)
    words = said.decode(errors="replace") if isinstance(said, bytes) else str(error)
    return (" ".join(words.replace("\0", " ").split()) or type(error).__name__)[:LONGEST_ERROR]
