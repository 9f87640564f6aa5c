"""Send one mail by the SMTP server of the settings."""

import smtplib
import ssl
from email.message import EmailMessage

from app.core.settings import Settings

TIMEOUT_S = 5


def send_mail(settings: Settings, delivery_id: int, to: str, subject: str, text: str) -> None:
    """Raises OSError (smtplib's errors are some) with the server's words.

    The message's own id stays the same when it is sent again, so that a mailbox can tell.
    """
    message = EmailMessage()
    message["From"] = settings.smtp_from or settings.smtp_user
    message["To"] = to
    message["Subject"] = f"[Plumbline] {subject}"
    domain = (settings.smtp_from or settings.smtp_user).rpartition("@")[2].strip("<> ") or "plumbline"
    message["Message-ID"] = f"<delivery-{delivery_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    with _connected(settings) as server:
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(message)


def _connected(settings: Settings) -> smtplib.SMTP:
    host, port = settings.smtp_host, settings.smtp_port
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server
