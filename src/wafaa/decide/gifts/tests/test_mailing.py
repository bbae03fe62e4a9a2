"""A gift card's mail goes when its moment has come, once, and not to an address that is blocked."""

from datetime import timedelta

import pytest

from wafaa.act.messages.actions import suppress_address
from wafaa.act.messages.channels.email.smtp import drop_line
from wafaa.act.vouchers.actions import Greeting, block_card, issue_card, mail_card
from wafaa.decide.gifts.actions import deliver_cards
from wafaa.decide.gifts.tests.build import NOON
from wafaa.kit import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def line(mailbox):
    """Hung up before the server goes, whose goodbye it would wait half a minute for."""
    yield
    drop_line()


def issue(key, **told):
    greeting = Greeting(language="en", recipient="Sara", message="For your new home", **told)
    with clock.fixed_at(NOON):
        return issue_card(key=key, amount_minor=5_000, currency="SAR", greeting=greeting)


def test_a_card_is_mailed_once_when_its_moment_has_come(owner, mailbox):
    card = issue("a", mail_to="sara@example.com", mail_at=NOON + timedelta(days=1))
    blocked = issue("b", mail_to="omar@example.com", mail_at=NOON)
    block_card(card=blocked, is_blocked=True)
    assert deliver_cards(at=NOON) == 0
    for _again in range(2):
        deliver_cards(at=NOON + timedelta(days=1))
    assert mailbox.recipients == [["sara@example.com"]]
    body = mailbox.mails[0].get_body(("plain",)).get_content()
    for words in ("Hello Sara,", "For your new home", card.shown, "50.00"):
        assert words in body
    mail_card(card=card, mail_to="else@example.com", at=NOON + timedelta(days=2), by=owner)
    assert deliver_cards(at=NOON + timedelta(days=2)) == 1


def test_a_blocked_address_gets_nothing_and_the_card_says_so(owner, mailbox):
    suppress_address(channel="email", address="sara@example.com", cause="hand", by=owner)
    card = issue("a", mail_to="sara@example.com", mail_at=NOON)
    for _again in range(2):
        assert deliver_cards(at=NOON) == 0
    card.refresh_from_db()
    assert (card.mail_error, card.mail_at, len(mailbox.mails)) == ("suppressed", None, 0)
