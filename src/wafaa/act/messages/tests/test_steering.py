"""Pausing, going on, cancelling; and what happens to a message when its customer changes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from wafaa.act.messages.actions import (
    cancel_sending,
    erase_customer,
    pause_sending,
    release_due,
    resume_sending,
    suppress_address,
)
from wafaa.act.messages.actions.sending import encode
from wafaa.act.messages.channels.email.mime import read_address
from wafaa.act.messages.delivering import LANES
from wafaa.act.messages.errors import SendingMissing, SendingOver
from wafaa.act.messages.models import KeptMail, Message, Suppression
from wafaa.act.messages.queries import count_states, export_customer, list_suppressed
from wafaa.act.messages.tests.samples import ME, ask, make_reader, make_shop, make_template, turn
from wafaa.kit import clock
from wafaa.know.customers.actions import merge_customers, undo_merge
from wafaa.show.console.customers.merging import MOVERS
from wafaa.stream import outbox
from wafaa.stream.models import Effect

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def shop():
    make_shop()
    with clock.fixed_at(MORNING):
        yield


def in_thread(deed):
    """As senders do it: the mailbox closes its thread's connection."""
    with ThreadPoolExecutor(1) as hands:
        return hands.submit(deed).result()


def test_a_paused_sending_keeps_what_waits_and_goes_on_where_it_stood(mailserver):
    first, second, template = make_reader("1"), make_reader("2"), make_template()
    ask(template, first)

    pause_sending(reason="campaign")
    assert ask(template, second).counts == {"held": 1}
    assert turn() == []
    assert release_due() == 0
    resume_sending(reason="campaign")
    assert release_due() == 1

    assert turn() == [("delivered", "")] * 2
    assert count_states("campaign") == {"sent": 2}


def test_other_sendings_go_on_meanwhile(mailserver):
    reader, template = make_reader(), make_template()
    ask(template, reader)
    ask(template, reader, reason="receipts", purpose="service")

    pause_sending(reason="campaign")

    assert turn() == [("delivered", "")]
    assert count_states("receipts") == {"sent": 1}


def test_a_cancelled_sending_sends_nothing_more_for_good(mailserver):
    template = make_template()
    people = [make_reader(str(number)) for number in range(3)]
    ask(template, *people[:2])
    ask(template, people[2], due_at=MORNING + timedelta(hours=1))

    assert cancel_sending(reason="campaign") == 3
    assert cancel_sending(reason="campaign") == 0

    assert (turn(), mailserver.taken, Effect.objects.count()) == ([], [], 0)
    assert count_states("campaign") == {"cancelled": 3}
    with pytest.raises(SendingOver):
        ask(template, people[0], step="2")
    with pytest.raises(SendingOver):
        resume_sending(reason="campaign")
    with pytest.raises(SendingMissing):
        cancel_sending(reason="unknown")


def test_what_is_in_hand_while_it_is_cancelled_is_put_back_and_written_off():
    ask(make_template(), make_reader(), lane="bulk")
    bulk = LANES[2]
    (effect,) = outbox.claim(kind=bulk, sender=ME, limit=1)

    assert cancel_sending(reason="campaign") == 0
    assert count_states("campaign") == {"queued": 1}
    # the sender sees that it is paused, and puts it back unbegun
    done = [(effect, outbox.Outcome(verdict=outbox.Verdict.DEFERRED))]
    assert outbox.settle_all(kind=bulk, sender=ME, done=done) == {effect.id}

    assert (count_states("campaign"), Effect.objects.count()) == ({"cancelled": 1}, 0)


def test_what_was_handed_over_while_it_was_cancelled_counts_as_sent(mailserver):
    ask(make_template(), make_reader(), lane="bulk")
    bulk = LANES[2]
    (effect,) = outbox.claim(kind=bulk, sender=ME, limit=1)
    deed = bulk.prepare([effect])[effect.id]
    cancel_sending(reason="campaign")
    outbox.settle_all(kind=bulk, sender=ME, done=[(effect, deed())])

    assert count_states("campaign") == {"sent": 1}


def test_what_a_dead_sender_may_have_sent_is_sent_again_and_marked(mailserver):
    ask(make_template(), make_reader(), lane="bulk")
    outbox.claim(kind=LANES[2], sender=ME, limit=1)
    with clock.fixed_at(MORNING + timedelta(seconds=6)):
        assert outbox.free_lost() == 1
        assert turn() == [("delivered", "")]

    row = Message.objects.get()
    assert (row.state, row.is_unsure) == ("sent", True)


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_that_knows_its_keys_keeps_what_may_come_twice_once():
    """No mail server is set up: the mailbox stands for it."""
    make_shop()
    ask(make_template(), make_reader(), lane="bulk")
    (effect,) = outbox.claim(kind=LANES[2], sender=ME, limit=1)
    in_thread(LANES[2].prepare([effect])[effect.id])  # and dies before it says so
    with clock.fixed_at(MORNING + timedelta(seconds=6)):
        outbox.free_lost()
        assert turn(do=in_thread) == [("delivered", "")]

    assert (KeptMail.objects.count(), Message.objects.get().is_unsure) == (1, False)


def test_messages_follow_a_customer_who_is_merged_and_come_back(owner, mailserver):
    kept, gone, template = make_reader("1"), make_reader("2"), make_template()
    ask(template, gone)
    ask(template, kept, gone, step="2", purpose="service", due_at=MORNING + timedelta(hours=1))

    merge = merge_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=owner)

    rows = Message.objects.order_by("id").values_list("step", "customer", "state", "why")
    assert list(rows) == [
        ("1", kept.pk, "queued", ""),
        ("2", kept.pk, "held", "due"),
        ("2", gone.pk, "cancelled", "merged"),  # one person is told once
    ]
    assert ask(template, kept).known == 1
    undo_merge(merge=merge, movers=MOVERS, by=owner)
    assert Message.objects.get(step="1").customer_id == gone.pk
    assert turn() == [("delivered", "")]
    assert [to for to, _mail in mailserver.taken] == ["p2@example.com"]


def test_a_person_who_is_erased_leaves_nothing_but_that_their_address_gets_nothing(mailserver):
    reader, other, template = make_reader("1"), make_reader("2"), make_template()
    ask(template, reader, other)
    suppress_address(channel="email", address="p1@example.com", cause="complaint", detail="wrote angrily")
    assert len(export_customer(customer_id=reader.pk, distinct_ids=["1"])["messages"]) == 1

    assert erase_customer(customer_id=reader.pk, distinct_ids=["1"]) == {"messages": 1}

    assert (Message.objects.count(), Effect.objects.count()) == (1, 1)
    row = Suppression.objects.get()
    assert (row.address, row.detail) == ("", "")
    assert list_suppressed("email", ["P1@example.com"]) == {"P1@example.com": "complaint"}
    assert export_customer(customer_id=reader.pk, distinct_ids=["1"])["messages"] == []


def test_an_address_is_forgotten_also_where_its_domain_is_arabic(mailserver):
    reader = make_reader("1", email="noura@متجر.example")
    blocked = read_address("noura@متجر.example")  # as the gate asks for it
    suppress_address(channel="email", address=blocked, cause="hand")

    erase_customer(customer_id=reader.pk, distinct_ids=["1"])

    assert Suppression.objects.get().address == ""
    assert list_suppressed("email", [blocked]) == {blocked: "hand"}


@pytest.mark.parametrize("text", ["plain", "zero \x00 letter", "\\u0000 spelled", "\\\x00", "\\\\u0000"])
def test_texts_are_written_without_the_letter_that_postgresql_cannot_keep(text):
    assert msgspec.json.decode(encode([text])) == [text.replace("\x00", "")]
