"""What has to leave leaves once, however often a server is away, and is signed."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.allow import Actor
from app.accounts.models import User
from app.core import db, redis, runtime
from app.core.clock import now
from app.core.errors import Invalid
from app.notices.channels import choose_mail, set_webhook
from app.notices.deliver import MOST_TRIES, deliver_due
from app.notices.models import Delivery, Notice
from app.notices.signing import sign
from app.notices.tell import News, tell
from tests.notices.servers import MailServer, WebServer

NEWS = News("schedule.failed", "Flights: a refresh failed", "Division by zero.", "/schedules/7", "danger")


def say(actor: Actor, *people: Actor) -> None:
    with db.transaction() as session:
        tell(session, actor.org_id, [each.user_id for each in people or (actor,)], NEWS)


def hook(actor: Actor, url: str) -> str:
    with db.transaction() as session:
        return set_webhook(session, actor, url)[1]


def deliveries() -> list[Delivery]:
    with db.new_session() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def test_a_mail_says_what_happened_and_where_to_read_more(alice: Actor, mail: MailServer):
    say(alice)
    assert deliver_due() == 1
    (message,) = mail.received
    assert (message["To"], message["From"]) == ("alice@example.com", "plumb@example.com")
    assert message["Subject"] == "[Plumbline] Flights: a refresh failed"
    assert message.get_content().splitlines() == [
        "Division by zero.",
        "",
        "https://plumb.example.com/schedules/7",
    ]


def test_the_webhook_is_told_once_and_signed(alice: Actor, bob: Actor, dana: Actor, web: WebServer):
    secret = hook(dana, web.url)
    say(alice, alice, bob)
    deliver_due()
    ((headers, body),) = web.received
    assert headers["Plumbline-Signature"] == sign(secret, int(headers["Plumbline-Timestamp"]), body)
    assert headers["Plumbline-Signature"] != sign("another", int(headers["Plumbline-Timestamp"]), body)
    told = json.loads(body)
    assert (told["kind"], told["url"]) == ("schedule.failed", "https://plumb.example.com/schedules/7")


def test_a_server_that_refuses_is_tried_again_later_and_again(alice: Actor, mail: MailServer):
    say(alice)
    mail.refuses = True
    assert deliver_due() == 0
    assert deliver_due() == 0  # not yet
    (delivery,) = deliveries()
    assert (delivery.attempts, delivery.error) == (1, "Greylisted, come again")
    mail.refuses = False
    assert deliver_due(now() + timedelta(minutes=2)) == 1
    assert deliver_due(now() + timedelta(days=2)) == 0
    assert (len(mail.received), deliveries()[0].error) == (1, None)


def test_nothing_is_lost_while_redis_and_the_servers_are_away(
    alice: Actor, dana: Actor, web: WebServer, mail: MailServer
):
    hook(dana, web.url)
    mail.refuses, web.status = True, 503
    say(alice)
    redis.client().flushall()
    assert deliver_due() == 0
    assert [each.attempts for each in deliveries()] == [1, 1]
    mail.refuses, web.status = False, 200
    assert deliver_due(now() + timedelta(minutes=2)) == 2
    assert (len(mail.received), len(web.received)) == (1, 2)


def test_many_at_once_send_each_once(alice: Actor, mail: MailServer):
    for _ in range(8):
        say(alice)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: deliver_due(), range(4))) == 8
    assert len({message["Message-ID"] for message in mail.received}) == len(mail.received) == 8


def test_what_nobody_takes_is_given_up_in_the_end_and_stays_seen(alice: Actor, mail: MailServer):
    say(alice)
    mail.refuses = True
    for day in range(MOST_TRIES + 2):
        deliver_due(now() + timedelta(days=day))
    (delivery,) = deliveries()
    assert (delivery.attempts, delivery.sent_at) == (MOST_TRIES, None)
    assert delivery.dropped_at is not None


def test_a_redirect_is_not_followed(alice: Actor, dana: Actor, web: WebServer):
    hook(dana, web.url)
    web.status = 302
    say(dana)
    deliver_due()
    assert len(web.received) == 1
    assert "The server answered 302." in [each.error for each in deliveries()]


def test_a_webhook_inside_the_network_is_refused_unless_it_is_allowed(dana: Actor, web: WebServer):
    secret = hook(dana, web.url)
    assert secret
    say(dana)
    runtime.configure(replace(runtime.settings(), private_webhooks=False))
    deliver_due()
    assert web.received == []
    assert "is inside this network" in str([each.error for each in deliveries()])
    for url in (
        "http://localhost/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:10.0.0.1]/",
        "http://0.0.0.0/",
        "http://user:secret@93.184.216.34/",
        "ftp://93.184.216.34/",
        "http://93.184.216.34:99999/",
        "https://",
    ):
        with pytest.raises(Invalid) as refused:
            hook(dana, url)
        assert list(refused.value.fields) == ["url"], url


def test_who_wants_no_mail_gets_none_and_who_left_is_stood_for_by_admins(
    alice: Actor, dana: Actor, mail: MailServer
):
    with db.transaction() as session:
        choose_mail(session, alice, False)
    say(alice)
    assert deliver_due() == 0
    with db.transaction() as session:
        session.execute(update(User).where(User.id == alice.user_id).values(disabled_at=now()))
    say(alice)
    assert deliver_due() == 1
    assert [message["To"] for message in mail.received] == ["dana@example.com"]
    with db.new_session() as session:
        assert session.scalars(select(Notice.user_id).order_by(Notice.id)).all() == [
            alice.user_id,
            dana.user_id,
        ]
